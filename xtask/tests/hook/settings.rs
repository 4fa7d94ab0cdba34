//! When the client's settings change: the hooks are not lost.

use serde_json::json;

use crate::client::{ask, payload};
use crate::workspace::{Ran, Workspace};

const SETTINGS: &str =
    r#"{"hooks":{"Stop":[{"hooks":[{"type":"command","command":".claude/gatefold-hook"}]}]}}"#;

fn changed(workspace: &Workspace, session: &str, file: &str) -> Ran {
    let mut event = payload(workspace, "ConfigChange", session);
    event["file_path"] = json!(workspace.root().join(file));
    workspace.run_with(&["hook", "claude-code"], event.to_string().as_bytes())
}

#[track_caller]
fn refused(ran: &Ran, why: &str) {
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{ran}");
    assert!(ran.stderr.contains(why) && ran.stderr.lines().count() == 1, "{ran}");
}

#[track_caller]
fn passed(ran: &Ran) {
    assert_eq!((ran.status, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{ran}");
}

#[test]
fn settings_that_switch_the_hooks_off_are_refused() {
    let workspace = Workspace::small();
    let local = ".claude/settings.local.json";
    workspace.write(local, "{\"model\":\"x\"}");
    passed(&changed(&workspace, "s", local));
    workspace.write(local, "{\"disableAllHooks\": true}");
    refused(&changed(&workspace, "s", local), "disableAllHooks");
    workspace.write(local, "// mine\n{}");
    refused(&changed(&workspace, "s", local), "not JSON");
}

#[test]
fn hooks_that_the_session_began_with_are_not_lost() {
    let workspace = Workspace::small();
    let file = ".claude/settings.json";
    workspace.write(file, SETTINGS);
    ask(&workspace, &payload(&workspace, "SessionStart", "s"));
    passed(&changed(&workspace, "s", file));
    workspace.write(file, SETTINGS.replace("Stop", "Sop"));
    refused(&changed(&workspace, "s", file), "hook `Stop` no longer runs");
    workspace.write(file, SETTINGS.replace("\"command\",", "\"command\",\"timeout\":1,"));
    refused(&changed(&workspace, "s", file), "hook `Stop` has 1 seconds");
    std::fs::remove_file(workspace.root().join(file)).expect("it is there");
    refused(&changed(&workspace, "s", file), "it is gone");
}

#[test]
fn hooks_of_the_base_are_not_lost_in_a_session_that_nobody_remembers() {
    let workspace = Workspace::small();
    let file = ".claude/settings.json";
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write(file, SETTINGS);
    workspace.commit("hooks");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    passed(&changed(&workspace, "s", file));
    workspace.write(file, "{}");
    refused(&changed(&workspace, "s", file), "hook `Stop` no longer runs");
}
