//! A pipe in the place of a file: who opens it waits for its other end, so that no hook may.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, ask, payload, sends_back, stop};
use crate::workspace::Workspace;

fn put_pipe(workspace: &Workspace, path: &str) {
    let file = workspace.root().join(path);
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    let _ = fs::remove_file(&file);
    assert!(Command::new("mkfifo").arg(&file).status().expect("mkfifo runs").success());
}

/// What each event of a turn is answered with, in which a fault was written and a pipe put somewhere. The last is the end.
fn turn(path: &str) -> Vec<Value> {
    let workspace = Workspace::small();
    let event = |name: &str, session: &str| payload(&workspace, name, session);
    ask(&workspace, &event("SessionStart", "s")).expect("the card");
    workspace.append(LIB, BLOCKS);
    put_pipe(&workspace, path);
    let mut before = event("PreToolUse-Write", "s");
    let policy = workspace.root().join("gatefold.yaml");
    before["tool_input"] = json!({ "file_path": policy, "content": "mode: observe\n" });
    let mut after = event("PostToolBatch", "s");
    after["tool_calls"][0]["tool_input"]["file_path"] = json!(workspace.root().join(LIB));
    let events = [before, event("SessionStart", "another"), after, event("Stop-active", "s")];
    events.iter().map(|event| ask(&workspace, event).unwrap_or_default()).collect()
}

#[test]
fn nobody_waits_for_a_pipe_in_the_place_of_a_file_that_is_judged() {
    for path in [
        "gatefold.yaml",
        "Cargo.toml",
        LIB,
        ".claude/settings.json",
        "xtask/Cargo.toml",
        "src/deep/.gitattributes",
    ] {
        let said = turn(path);
        assert!(said.iter().all(|said| !said.to_string().contains("not done within")), "{path}: {said:?}");
        assert!(sends_back(said.last()), "{path}: {said:?}");
    }
}

#[test]
fn a_pipe_that_git_waits_for_is_told_at_once_and_sends_back_who_wants_to_end() {
    for path in [".gitignore", "src/deep/.gitignore"] {
        let said = turn(path);
        assert!(said.iter().all(|said| !said.to_string().contains("not done within")), "{path}: {said:?}");
        let end = said.last().expect("an end");
        let reason = end["reason"].as_str().unwrap_or_default();
        assert!(
            sends_back(Some(end)) && reason.contains(path) && reason.contains("is a pipe"),
            "{path}: {end}"
        );
    }
    let workspace = Workspace::small();
    put_pipe(&workspace, ".gitignore");
    let ends: Vec<Value> = (0..4).map(|_| stop(&workspace, "s", Some("p")).expect("an answer")).collect();
    assert!(ends[..3].iter().all(|end| sends_back(Some(end))), "{ends:?}");
    assert!(ends[3]["systemMessage"].as_str().is_some_and(|told| told.contains("is let go")), "{ends:?}");
    fs::remove_file(workspace.root().join(".gitignore")).expect("removed");
    assert_eq!(stop(&workspace, "s", Some("p")), None);
}
