//! Every recorded payload of Claude Code, replayed through the real binary: the answers are snapshots.
//!
//! The workspace is as the tools of the payloads would leave it, with a fault in every file that one of them names, in a
//! worktree of an agent, and in the settings, so that what is told is told of something.

use std::fmt::Write;
use std::fs;

use crate::client::{BLOCKS, LIB, recorded};
use crate::workspace::Workspace;

const SETTINGS: &str =
    r#"{"hooks":{"Stop":[{"hooks":[{"type":"command","command":".claude/gatefold-hook"}]}]}}"#;

fn faulty() -> Workspace {
    let workspace = Workspace::small();
    workspace.write(".claude/settings.json", SETTINGS);
    workspace.commit("hooks");
    let worktree = ".claude/worktrees/agent-a8a49ef3ad2e2b742";
    workspace.git(&["worktree", "add", "--quiet", "--detach", worktree, "work"]);
    workspace.write(&format!("{worktree}/{LIB}"), workspace.read(LIB) + BLOCKS);
    workspace.append(LIB, BLOCKS);
    workspace.append(LIB, "\nmod helper;\nmod p0;\nmod p1;\nmod p2;\nmod p3;\nmod sub;\n");
    for file in ["helper", "p0", "p1", "p2", "p3", "sub"] {
        workspace.write(&format!("src/{file}.rs"), BLOCKS);
    }
    workspace.write(".claude/settings.local.json", "{\"disableAllHooks\": true}\n");
    workspace
}

#[test]
fn every_recorded_payload_has_its_answer() {
    let workspace = faulty();
    let recorded = recorded(&workspace);
    assert!(recorded.len() >= 37, "{}", recorded.len());
    let mut text = String::new();
    for (name, event) in recorded {
        // Each stands for itself: nothing is remembered of the one before.
        let _ = fs::remove_dir_all(workspace.repository().join(".git/gatefold"));
        let ran = workspace.run_with(&["hook", "claude-code"], event.to_string().as_bytes());
        let _ = writeln!(text, "== {name}: status {}", ran.status);
        for (stream, said) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
            let shown = match serde_json::from_str::<serde_json::Value>(said) {
                Ok(json) => {
                    serde_json::to_string_pretty(&json).expect("it was JSON").replace("\\n", "\n      ")
                }
                Err(_) => said.trim_end().to_owned(),
            };
            if !shown.is_empty() {
                let _ = writeln!(text, "{stream}: {shown}");
            }
        }
    }
    insta::assert_snapshot!(text.replace(workspace.root().to_str().expect("a path"), "/REPO"));
}

#[test]
fn while_all_is_well_only_the_card_is_said() {
    let workspace = Workspace::small();
    for (name, event) in recorded(&workspace) {
        let ran = workspace.run_with(&["hook", "claude-code"], event.to_string().as_bytes());
        assert_eq!((ran.status, ran.stdout.is_empty()), (0, name != "SessionStart"), "{name}: {ran}");
    }
}
