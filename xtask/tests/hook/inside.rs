//! A client that stands in a repository inside the one in which its session began: one that was made meanwhile takes nothing
//! out of what is judged.

use serde_json::{Value, json};

use crate::client::{BLOCKS, LIB, ask, context, payload, sends_back};
use crate::workspace::{Workspace, run};

fn shell(workspace: &Workspace, script: &str) {
    std::fs::write(workspace.outside().join("bad"), BLOCKS).expect("a file");
    let mut shell = workspace.command("sh");
    for (name, value) in [("NAME", "A"), ("EMAIL", "a@b.c")] {
        shell.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    let ran = run(shell.args(["-ec", script]).current_dir(workspace.repository()));
    assert_eq!(ran.status, 0, "{script}: {ran}");
}

/// An event that comes from a folder of the repository.
fn from(workspace: &Workspace, folder: &str, name: &str) -> Option<Value> {
    let mut event = payload(workspace, name, "s");
    event["cwd"] = json!(workspace.root().join(folder));
    if event.get("tool_calls").is_some() {
        event["tool_calls"] = json!([{ "tool_name": "Bash", "tool_input": { "command": "make" }, "tool_use_id": "u",
            "tool_response": "" }]);
    }
    ask(workspace, &event)
}

/// Begins a session at the top, between two scripts, and looks at what is told in `svc`.
#[track_caller]
fn check(before: &str, text: &str, told: Option<&str>) {
    let workspace = Workspace::small();
    shell(&workspace, before);
    from(&workspace, "", "SessionStart");
    shell(&workspace, text);
    let heard = from(&workspace, "svc", "PostToolBatch").and_then(context).unwrap_or_default();
    let end = from(&workspace, "svc/src", "Stop-active");
    assert_eq!(sends_back(end.as_ref()), told.is_some(), "{text}: {end:?}");
    let end = end.map(|end| end["reason"].to_string()).unwrap_or_default();
    for told in told.iter().flat_map(|told| [told, "where this session began and this repository was made"]) {
        assert!(heard.contains(told) && end.contains(told), "{told}: {text}: {heard}\n{end}");
    }
    assert!(told.is_some() || heard.is_empty(), "{heard}");
}

const MAKE: &str = "mkdir -p svc/src && git -C svc init -q && echo //! > svc/src/lib.rs";
const COMMIT: &str = "git -C svc add . && git -C svc commit -qm own";
const FAULT: &str = "cat ../outside/bad >> src/lib.rs";

#[test]
fn a_repository_that_is_made_inside_takes_nothing_out_of_what_is_judged() {
    check("true", &format!("{MAKE} && {FAULT}"), Some(LIB));
    check("true", &format!("{MAKE} && {COMMIT} && {FAULT}"), Some(LIB));
    check("true", &format!("{FAULT} && {MAKE} && {COMMIT} && echo svc/ >> .git/info/exclude"), Some(LIB));
}

#[test]
fn a_repository_that_was_there_and_a_worktree_are_judged_alone() {
    check(&format!("{MAKE} && {COMMIT}"), FAULT, None);
    check("true", &format!("git worktree add -q -b other svc && {FAULT}"), None);
    check("git worktree add -q -b other svc", FAULT, None);
}
