//! The git folder: no command takes it away, and where it is another than the one in which the session began, the agent is sent
//! back, since nobody knows what stood there.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::before::denied;
use crate::client::{ask, payload};
use crate::workspace::{Workspace, run};

#[test]
fn the_git_folder_stays_where_it_is() {
    let workspace = Workspace::small();
    let all = |is_denied: bool, commands: &[&str]| {
        for command in commands {
            let reason = denied(&workspace, "Bash", json!({ "command": command }));
            let told = reason.as_ref().is_some_and(|reason| reason.contains("without `.git` nobody knows"));
            assert_eq!((reason.is_some(), told), (is_denied, is_denied), "{command}: {reason:?}");
        }
    };
    let rest = [
        "rm -rf .git/*",
        "mv .git x",
        "mv .git/ /tmp/away && git init",
        "rm -rf .g*",
        "rm -rf .gi[t]",
        "rm -rf ./.gi?",
        "mv .gi[t] x",
        "find . -maxdepth 1 -name .git -exec rm -rf {} +",
        "find . -name .git -prune -exec rm -rf {} ';'",
        "find . -name .git -delete",
        "cd src && rm -rf ../.git",
        "python3 -c \"import shutil; shutil.rmtree('.git')\"",
    ];
    all(true, &[&["rm -rf .git && git init && git add -A"][..], &rest].concat());
    all(
        false,
        &[
            "rm .git/index && git reset",
            "rm -f .git/index.lock",
            "cp -r .git /tmp/copy",
            "git init",
            "chmod -R u+w .git",
            "find . -name .git -prune -o -name '*.orig' -exec rm {} +",
            "find . -name .git -prune -o -name '*.orig' -delete",
            "find . -mindepth 2 -name .git -exec rm -rf {} +",
            "find vendor -name .git -exec rm -rf {} +",
            "rm -rf vendor/.git",
            "rm -rf .gi[x] .gitea?",
            "python3 -c \"import shutil; shutil.copytree('.git', '/tmp/copy')\"",
            "ls -la .git",
        ],
    );
    // A linked worktree has a file in its place.
    std::fs::rename(workspace.root().join(".git"), workspace.outside().join("store")).expect("moved");
    workspace.write(".git", format!("gitdir: {}\n", workspace.outside().join("store").display()));
    all(true, &["rm .git", "mv .git x"]);
    // Who puts it back is let.
    std::fs::remove_file(workspace.root().join(".git")).expect("removed");
    all(false, &["mv x .git"]);
}

/// What a client writes of a session that begins now.
fn transcript(workspace: &Workspace) -> PathBuf {
    let file = workspace.outside().join("transcript.jsonl");
    std::fs::write(&file, "{}\n").expect("a transcript");
    // What is made after this is made later, also where the disk counts in small steps.
    std::thread::sleep(std::time::Duration::from_millis(50));
    file
}

fn heard(workspace: &Workspace, transcript: &PathBuf, name: &str) -> Option<Value> {
    let mut event = payload(workspace, name, "s");
    event["transcript_path"] = json!(transcript);
    if event.get("tool_calls").is_some() {
        event["tool_calls"] = json!([{ "tool_name": "Bash", "tool_input": { "command": "make" }, "tool_use_id": "u",
            "tool_response": "" }]);
    }
    ask(workspace, &event)
}

/// Begins a session, where `begins`, and tells what is heard after a script: `told` for the person after tools, and at two ends,
/// where the agent is sent back `back`.
#[track_caller]
fn check(begins: bool, script: &str, expected: [&str; 3]) {
    let workspace = Workspace::small();
    let transcript = transcript(&workspace);
    if begins {
        heard(&workspace, &transcript, "SessionStart");
    }
    let mut shell = workspace.command("sh");
    for (name, value) in [("NAME", "A"), ("EMAIL", "a@b.c")] {
        shell.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    let ran = run(shell.args(["-ec", script]).current_dir(workspace.root()));
    assert_eq!(ran.status, 0, "{script}: {ran}");
    let told = ["PostToolBatch", "Stop-first", "Stop-active"].map(|name| {
        let answer = heard(&workspace, &transcript, name).unwrap_or_default();
        let says = |text: Option<&Value>| {
            text.and_then(Value::as_str).is_some_and(|text| text.contains("not missed"))
        };
        let context = answer.pointer("/hookSpecificOutput/additionalContext");
        let told = says(answer.get("systemMessage"));
        assert!(!told || name != "PostToolBatch" || says(context), "{answer}");
        match says(answer.get("reason")) {
            true => "back",
            false if told => "told",
            false => "",
        }
    });
    assert_eq!(told, expected, "{script}");
}

const ANEW: &str = "git init -q && git add -A && git commit -qm all";

#[test]
fn who_takes_the_git_folder_away_is_sent_back_as_often_as_somebody_counts() {
    check(true, &format!("rm -rf .git && {ANEW}"), ["told", "back", "back"]);
    check(
        true,
        &format!("mv .git away && {ANEW} && git commit -q --allow-empty -m more"),
        ["told", "back", "back"],
    );
    // Nobody can count, and the client says which time it is.
    check(true, "mv .git away", ["", "back", "told"]);
    check(true, "mv .git ..", ["", "back", "back"]);
}

#[test]
fn who_took_the_git_folder_away_hears_where_it_is() {
    for (script, told) in [
        ("mv .git away", "`mv TOP/away TOP/.git`"),
        ("mv .git ../outside/away", "from where it was taken"),
        ("mv .git ..", "`mv ABOVE/.git TOP/.git`"),
        ("mv .git away && git init -q", "`rm -rf TOP/.git && mv TOP/away TOP/.git`"),
        ("rm -rf .git && git init -q", "If you cannot, say so"),
    ] {
        let workspace = Workspace::small();
        let transcript = transcript(&workspace);
        heard(&workspace, &transcript, "SessionStart");
        let ran = run(workspace.command("sh").args(["-ec", script]).current_dir(workspace.root()));
        assert_eq!(ran.status, 0, "{script}: {ran}");
        let answer = heard(&workspace, &transcript, "Stop-first").unwrap_or_default();
        let top = workspace.root().canonicalize().expect("a folder");
        let above = top.parent().expect("a folder above").display().to_string();
        let told = told.replace("TOP", &top.display().to_string()).replace("ABOVE", &above);
        let reason = answer["reason"].as_str().unwrap_or_default();
        assert!(answer["decision"] == "block" && reason.contains(&told), "{script}: {answer}");
        // What is advised is let through, and mends it.
        let Some(command) =
            reason.split('`').find(|part| part.contains(" && mv ") || part.starts_with("mv "))
        else {
            continue;
        };
        let mut event = payload(&workspace, "PreToolUse-Bash", "s");
        event["tool_input"]["command"] = json!(command);
        assert_eq!(ask(&workspace, &event), None, "{command}");
        let ran = run(workspace.command("sh").args(["-ec", command]).current_dir(workspace.root()));
        assert_eq!(ran.status, 0, "{command}: {ran}");
        let answer = heard(&workspace, &transcript, "Stop-first");
        assert_eq!(answer, None, "{command}");
    }
}

#[test]
fn a_repository_in_which_the_session_began_or_whose_history_came_with_it_is_none_of_them() {
    check(true, "true", [""; 3]);
    check(true, "mv .git away && mv away .git", [""; 3]);
    check(true, "git init -q", [""; 3]);
    // A client that tells of no beginning.
    check(false, "true", [""; 3]);
    check(false, "mv .git away", ["", "told", "told"]);
    check(false, &format!("rm -rf .git && {ANEW}"), ["told", "", ""]);
    check(
        false,
        "rm -rf .git && git init -q && rm gatefold.yaml && git add -A && git commit -qm all",
        [""; 3],
    );
    let clone = "mv .git away && git clone -q --bare away ../outside/origin.git && git init -q && \
                 git fetch -q ../outside/origin.git main:refs/remotes/origin/main && git reset -q origin/main";
    check(true, clone, [""; 3]);
    // Nothing says that git was used.
    check(false, "mv .git away && rm -r .github", [""; 3]);
}
