//! The store that the launcher takes its binary from: what `hook install` puts there, and which of them judges.

use std::fs;
use std::path::Path;

use crate::launcher::{LAUNCHER, STAND_IN, command, put, with_launcher};
use crate::workspace::{Ran, Workspace, run, run_with};

/// A repository whose `xtask` crate stands on Gatefold.
fn with_judge() -> Workspace {
    let workspace = with_launcher();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("Cargo.toml", "[workspace]\nmembers = [\"xtask\"]\n");
    workspace.write("Cargo.lock", "version = 4\n");
    let manifest =
        "[package]\nname = \"xtask\"\nversion = \"0.1.0\"\n[dependencies]\ngatefold-xtask = \"0.1\"\n";
    workspace.write("xtask/Cargo.toml", manifest);
    workspace.write("xtask/src/main.rs", "fn main() {}\n");
    workspace.commit("the judge");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace
}

/// Installs as `cargo run` would start it.
fn install(workspace: &Workspace, root: &Path) -> Ran {
    let mut command = workspace.gatefold(&["hook", "install"]);
    run(command.current_dir(root).env("CARGO_MANIFEST_DIR", root.join("xtask")))
}

fn keys(workspace: &Workspace) -> Vec<String> {
    let entries = fs::read_dir(workspace.repository().join(".git/gatefold/bin")).expect("a store");
    let mut keys: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    keys.sort();
    keys
}

#[test]
fn an_installed_release_is_kept_by_its_version() {
    let workspace = with_launcher();
    fs::create_dir_all(workspace.repository().join(".git/gatefold/told/s")).expect("a folder");
    put(&workspace.repository().join(".git"), STAND_IN);
    let ran = workspace.run(&["hook", "install"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("removed `v9.9.9`"), "{ran}");
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    assert_eq!(keys(&workspace), ["current", version]);
    assert!(!workspace.repository().join(".git/gatefold/told").exists(), "a new session may be told anew");
    let event = serde_json::json!({ "hook_event_name": "Stop", "session_id": "s", "cwd": workspace.root() });
    let launcher = workspace.root().join(LAUNCHER);
    let ran = run_with(&mut command(&workspace, &["sh"], &launcher, &[]), event.to_string().as_bytes());
    assert_eq!((ran.status, &*ran.stdout, &*ran.stderr), (0, "", ""));
    assert_eq!(workspace.run(&["hook", "install"]).status, 0);
    assert_eq!(keys(&workspace), ["current", version]);
    let nowhere = Workspace::empty("nowhere");
    let ran = nowhere.run(&["hook", "install"]);
    assert!(ran.status == 2 && ran.stderr.contains("no git repository"), "{ran}");
}

#[test]
fn edited_rules_keep_the_binary_of_the_base_judging_and_that_is_said_once() {
    let workspace = with_judge();
    let ran = workspace.run(&["hook", "install"]);
    assert!(ran.status == 2 && ran.stderr.contains("cargo xtask hook install"), "{ran}");
    assert_eq!(install(&workspace, workspace.root()).status, 0);
    let installed = keys(&workspace);
    assert_eq!(installed.len(), 2, "{installed:?}");

    let stop = |folder: &Path, session: &str| {
        let event = serde_json::json!({ "hook_event_name": "Stop", "session_id": session, "cwd": folder });
        let launcher = workspace.root().join(LAUNCHER);
        let ran = run_with(&mut command(&workspace, &["sh"], &launcher, &[]), event.to_string().as_bytes());
        assert_eq!(ran.status, 0, "{ran}");
        ran.stdout
    };
    assert!(!stop(workspace.root(), "a").contains("binary"), "nothing is edited");
    workspace.write("xtask/src/rules.rs", "// No rule holds any more.\n");
    assert!(stop(workspace.root(), "a").contains("`xtask/src/rules.rs` is part of what judges"));
    assert!(!stop(workspace.root(), "a").contains("part of what judges"), "once");
    assert!(stop(workspace.root(), "b").contains("part of what judges"), "another session");
    let ran = install(&workspace, workspace.root());
    assert!(ran.status == 2 && ran.stderr.contains("`xtask/src/rules.rs` differs"), "{ran}");
    assert_eq!(keys(&workspace), installed);

    // Somebody merges the rules; the worktree that started earlier keeps its judge.
    let old = workspace.outside().join("old");
    workspace.git(&["worktree", "add", "--quiet", "-b", "old", old.to_str().expect("UTF-8"), "main"]);
    fs::write(old.join("note"), "").expect("a file");
    workspace.git_in(&old, &["add", "note"]);
    workspace.git_in(&old, &["commit", "--quiet", "-m", "a start"]);
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.commit("rules");
    assert!(stop(workspace.root(), "c").contains("and the base asks for"), "the judge is an older one");
    assert_eq!(install(&workspace, workspace.root()).status, 0);
    assert_eq!(keys(&workspace).len(), 3, "one for each base, and the link");
    assert!(!stop(workspace.root(), "d").contains("binary"));
    assert!(!stop(&old, "d").contains("binary"), "it is handed over");
    workspace.git(&["worktree", "remove", "--force", old.to_str().expect("UTF-8")]);
    let ran = install(&workspace, workspace.root());
    assert!(ran.stdout.contains("which no worktree asks for any more"), "{ran}");
    assert_eq!(keys(&workspace).len(), 2);
}
