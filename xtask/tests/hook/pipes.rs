//! A pipe in the place of a file: who opens it waits for its other end, so that no hook may.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, answer, ask, kept, payload, sends_back, stop};
use crate::workspace::{Workspace, run_with};

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

/// What git opens, in the checkout and in its own folder; and whether it does so after an edit already.
const WAITED_FOR: [(&str, bool); 9] = [
    (".gitignore", true),
    ("src/deep/.gitignore", false),
    (".git/info/exclude", true),
    (".git/info/attributes", true),
    (".git/info/grafts", true),
    (".git/logs/HEAD", false),
    (".git/objects/info/alternates", true),
    (".git/packed-refs", true),
    (".git/shallow", true),
];

/// Has the hook asked by this command, which must answer within some seconds.
fn in_time(mut command: Command, event: &Value) -> Value {
    let (send, receive) = std::sync::mpsc::channel();
    let event = event.to_string();
    std::thread::spawn(move || send.send(run_with(&mut command, event.as_bytes())));
    let ran = receive.recv_timeout(std::time::Duration::from_secs(60)).expect("it waits without end");
    answer(&ran).unwrap_or_default()
}

#[test]
fn nobody_waits_for_a_pipe_in_the_git_folder_of_a_worktree_or_for_the_choice_of_a_binary() {
    let workspace = Workspace::small();
    let linked = workspace.outside().join("linked");
    workspace.git(&["worktree", "add", "--quiet", "-b", "linked", linked.to_str().expect("UTF-8")]);
    let mut end = payload(&workspace, "Stop-active", "s");
    end["cwd"] = json!(linked);
    put_pipe(&workspace, ".git/info/exclude");
    let said = in_time(workspace.gatefold(&["hook", "claude-code"]), &end);
    assert!(sends_back(Some(&said)) && said.to_string().contains("info/exclude"), "{said}");
    fs::remove_file(workspace.repository().join(".git/info/exclude")).expect("removed");
    put_pipe(&workspace, ".git/worktrees/linked/index");
    let said = in_time(workspace.gatefold(&["hook", "claude-code"]), &end);
    assert!(sends_back(Some(&said)) && said.to_string().contains("worktrees/linked/index"), "{said}");

    // Two are installed, so that the base is asked for which of them.
    assert_eq!(workspace.run(&["hook", "install"]).status, 0);
    let store = workspace.repository().join(".git/gatefold/bin");
    let current = store.join("current").canonicalize().expect("it was installed");
    fs::create_dir(store.join("v0.0.1")).expect("a folder");
    fs::copy(current.join("gatefold"), store.join("v0.0.1/gatefold")).expect("a copy");
    put_pipe(&workspace, ".git/shallow");
    let said = in_time(
        {
            let mut command = workspace.command(current.join("gatefold").to_str().expect("UTF-8"));
            command.current_dir(workspace.root()).args(["hook", "claude-code"]);
            command
        },
        &payload(&workspace, "Stop-active", "t"),
    );
    assert!(sends_back(Some(&said)) && said.to_string().contains(".git/shallow"), "{said}");
}

#[test]
fn gits_own_hooks_say_what_git_waits_for_and_pass() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    workspace.git(&["add", "--all"]);
    let head = workspace.git(&["rev-parse", "HEAD"]);
    let shallow = workspace.repository().join(".git/shallow");
    for device in ["", "/dev/zero"] {
        match device {
            "" => put_pipe(&workspace, ".git/shallow"),
            device => std::os::unix::fs::symlink(device, &shallow).expect("a link"),
        }
        let pushed = format!("refs/heads/x {0} refs/heads/x {1}\n", head.trim(), "0".repeat(40));
        for name in ["pre-commit", "pre-push"] {
            let ran = workspace.run_with(&["hook", "git", name], pushed.as_bytes());
            assert!(ran.status == 0 && ran.stderr.contains("shallow` is a pipe"), "{name}: {ran}");
            assert!(ran.stderr.contains("nothing was judged"), "{name}: {ran}");
        }
        fs::remove_file(&shallow).expect("removed");
    }
}

#[test]
fn a_pipe_that_gits_configuration_leads_to_is_told_at_once_and_sends_back_who_wants_to_end() {
    let check = |key: &str, value: &str, path: &str| {
        let workspace = Workspace::small();
        ask(&workspace, &payload(&workspace, "SessionStart", "s")).expect("the card");
        workspace.append(LIB, BLOCKS);
        if !key.is_empty() {
            workspace.git(&["config", key, value]);
        }
        put_pipe(&workspace, path);
        for event in ["PreToolUse-Bash", "SessionStart", "Stop-active"] {
            let mut event = payload(&workspace, event, "t");
            event["session_id"] = json!("s");
            let said = ask(&workspace, &event).unwrap_or_default().to_string();
            assert!(!said.contains("not done within"), "{path}: {said}");
        }
        let end = stop(&workspace, "s", None).expect("an answer");
        let reason = end["reason"].as_str().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        assert!(
            sends_back(Some(&end)) && reason.contains(name) && reason.contains("is a pipe"),
            "{path}: {end}"
        );
    };
    std::thread::scope(|scope| {
        for (key, value, path) in [
            ("core.excludesFile", "../outside/excluded", "../outside/excluded"),
            ("core.attributesFile", "~/attributes", "../home/attributes"),
            ("include.path", "../../outside/included", "../outside/included"),
            ("", "", "../home/.gitconfig"),
        ] {
            scope.spawn(move || check(key, value, path));
        }
    });
}

#[test]
fn nobody_waits_for_a_pipe_in_the_place_of_what_is_remembered() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    stop(&workspace, "s", Some("p")).expect("an answer");
    let sessions = kept(&workspace);
    assert!(!sessions.is_empty());
    for file in sessions {
        put_pipe(&workspace, &format!(".git/gatefold/sessions/{file}"));
    }
    put_pipe(&workspace, ".git/gatefold/let-go.jsonl");
    let end = in_time(workspace.gatefold(&["hook", "claude-code"]), &payload(&workspace, "Stop-active", "s"));
    assert!(sends_back(Some(&end)), "{end}");
}

#[test]
fn a_pipe_that_git_waits_for_is_told_at_once_and_sends_back_who_wants_to_end() {
    let check = |path: &str, at_an_edit: bool| {
        let said = turn(path);
        assert!(said.iter().all(|said| !said.to_string().contains("not done within")), "{path}: {said:?}");
        let told = said[2].to_string();
        let is_told = told.contains("additionalContext") && told.contains("is a pipe");
        assert!(is_told || !at_an_edit, "the agent, {path}: {told}");
        let end = said.last().expect("an end");
        let reason = end["reason"].as_str().unwrap_or_default();
        assert!(
            sends_back(Some(end)) && reason.contains(path) && reason.contains("is a pipe"),
            "{path}: {end}"
        );
    };
    std::thread::scope(|scope| {
        for (path, at_an_edit) in WAITED_FOR {
            scope.spawn(move || check(path, at_an_edit));
        }
    });
    let workspace = Workspace::small();
    put_pipe(&workspace, ".gitignore");
    let ends: Vec<Value> = (0..4).map(|_| stop(&workspace, "s", Some("p")).expect("an answer")).collect();
    assert!(ends[..3].iter().all(|end| sends_back(Some(end))), "{ends:?}");
    assert!(ends[3]["systemMessage"].as_str().is_some_and(|told| told.contains("is let go")), "{ends:?}");
    fs::remove_file(workspace.root().join(".gitignore")).expect("removed");
    assert_eq!(stop(&workspace, "s", Some("p")), None);
}
