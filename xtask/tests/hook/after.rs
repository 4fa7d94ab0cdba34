//! After tools were used: what they wrote is judged once, whether they say what it was or not.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::client::{BLOCKS, LIB, answer, ask, context, payload, ran, sends_back, stop, written};
use crate::workspace::{Workspace, run_with};

const SLEEPS: &str = "error[blocking-in-async]";

#[test]
fn what_was_written_is_explained_once_and_then_recalled_in_a_line() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let told = written(&workspace, "one", "u1", LIB).expect("there is something to tell");
    assert!(told.starts_with("gatefold: 1 error that this change brings\nsrc/lib.rs:"), "{told}");
    assert!(told.contains(SLEEPS) && told.contains("\n  do: "), "{told}");
    assert!(told.ends_with("verify: `gatefold gate --only lints`"), "{told}");
    let again = written(&workspace, "one", "u2", LIB).expect("it is still there");
    assert!(again.contains(SLEEPS) && !again.contains("\n  do: "), "{again}");
    assert!(written(&workspace, "another", "u1", LIB).expect("it was not told").contains("\n  do: "));
    assert_eq!(written(&workspace, "one", "u3", "README.md"), None);
}

#[test]
fn what_is_written_outside_every_repository_is_nobodys_and_hides_no_other_edit() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let outside = workspace.outside().join("scratch.rs");
    std::fs::write(&outside, BLOCKS).expect("a file");
    let mut event = payload(&workspace, "PostToolBatch", "s");
    let mut calls = vec![event["tool_calls"][0].clone()];
    calls[0]["tool_input"]["file_path"] = json!(outside);
    event["tool_calls"] = json!(calls);
    assert_eq!(ask(&workspace, &event), None);
    let mut inside = calls[0].clone();
    inside["tool_input"]["file_path"] = json!(workspace.root().join(LIB));
    inside["tool_use_id"] = json!("u2");
    calls[0]["tool_use_id"] = json!("u1");
    event["tool_calls"] = json!([calls[0], inside]);
    let told = context(ask(&workspace, &event).expect("it is told")).expect("context");
    assert!(told.contains(SLEEPS) && !told.contains("scratch.rs"), "{told}");
}

#[test]
fn a_use_that_was_told_of_by_itself_is_not_told_of_with_its_batch() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let mut event = payload(&workspace, "PostToolUse-Edit", "s");
    event["tool_use_id"] = json!("u1");
    assert!(context(ask(&workspace, &event).expect("it is told")).expect("context").contains(SLEEPS));
    assert_eq!(written(&workspace, "s", "u1", LIB), None, "the batch says it again");
    assert!(written(&workspace, "s", "u2", LIB).is_some(), "another use of the tool");
}

#[test]
fn what_a_command_changed_is_found_by_git() {
    let workspace = Workspace::small();
    assert_eq!(ran(&workspace, "s", "PostToolBatch", "u0"), None, "nothing is changed yet");
    workspace.append(LIB, BLOCKS);
    let told = ran(&workspace, "s", "PostToolBatch", "u1").expect("it is told");
    assert!(told.contains(SLEEPS), "{told}");
    assert_eq!(ran(&workspace, "s", "PostToolBatch", "u2"), None, "nothing was changed since");
    workspace.write("src/new.rs", BLOCKS);
    workspace.append(LIB, "\nmod new;\n");
    let told = ran(&workspace, "s", "PostToolBatch", "u3").expect("it is told");
    assert!(told.contains("src/new.rs:") && told.matches(SLEEPS).count() == 2, "{told}");
}

#[test]
fn what_no_tool_names_is_found_when_the_next_command_may_have_written_it() {
    let workspace = Workspace::small();
    ask(&workspace, &payload(&workspace, "SessionStart", "s"));
    workspace.append(LIB, BLOCKS);
    workspace.append(LIB, "\nmod other;\n");
    workspace.write("src/other.rs", BLOCKS);
    let told = written(&workspace, "s", "u1", LIB).expect("it is told");
    assert!(told.contains(SLEEPS) && !told.contains("other.rs"), "{told}");
    let told = ran(&workspace, "s", "PostToolBatch", "u2").expect("it is told");
    assert!(told.contains("src/other.rs:") && !told.contains("src/lib.rs:"), "{told}");
}

#[test]
fn a_command_that_failed_may_have_written_before() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let told = ran(&workspace, "s", "PostToolUseFailure-Bash", "u1").expect("it is told");
    assert!(told.contains(SLEEPS), "{told}");
}

#[test]
fn tools_that_only_read_are_not_judged() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    assert_eq!(ask(&workspace, &payload(&workspace, "PostToolUse-Read", "s")), None);
}

#[test]
fn what_the_base_has_already_is_not_told() {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.append(LIB, BLOCKS);
    workspace.commit("debt");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.append(LIB, "\n/// Two.\npub const TWO: u32 = 2;\n");
    assert_eq!(written(&workspace, "s", "u1", LIB), None);
    assert_eq!(stop(&workspace, "s", None), None);
}

#[test]
fn a_test_that_stands_in_another_file_of_the_change_is_not_missed() {
    const SUM: &str = "\n#[test]\nfn two_and_two_are_four() {\n    assert_eq!(2 + 2, 4);\n}\n";
    let moved = |to: Option<&str>| {
        let workspace = Workspace::small();
        workspace.git(&["switch", "--quiet", "main"]);
        workspace.write("tests/first.rs", format!("//! First.\n{SUM}"));
        workspace.write("tests/second.rs", "//! Second.\n");
        workspace.commit("tests");
        workspace.git(&["switch", "--quiet", "--force-create", "work"]);
        ask(&workspace, &payload(&workspace, "SessionStart", "s"));
        workspace.write("tests/first.rs", "//! First.\n");
        // By somebody else, whom no event of this agent names.
        if let Some(to) = to {
            workspace.append(to, SUM);
        }
        written(&workspace, "s", "u1", "tests/first.rs")
    };
    assert_eq!(moved(Some("tests/second.rs")), None);
    assert!(moved(None).expect("it is gone").contains("error[test-deleted]"));
}

#[test]
fn what_somebody_else_renamed_is_not_new_in_the_file_that_a_tool_wrote() {
    let workspace = Workspace::small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("src/old.rs", format!("//! Waits.\n{BLOCKS}"));
    workspace.append(LIB, "\nmod old;\n");
    workspace.commit("debt");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    ask(&workspace, &payload(&workspace, "SessionStart", "s"));
    std::fs::rename(workspace.root().join("src/old.rs"), workspace.root().join("src/new.rs"))
        .expect("renamed");
    assert_eq!(written(&workspace, "s", "u1", "src/new.rs"), None);
}

#[test]
fn an_approval_that_somebody_else_wrote_meanwhile_counts() {
    let workspace = Workspace::small();
    let key = workspace.outside().join("owner");
    let mut keygen = workspace.command("ssh-keygen");
    keygen.args(["-q", "-t", "ed25519", "-C", "owner", "-N", "", "-f"]).arg(&key);
    assert!(keygen.status().expect("ssh-keygen runs").success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("the public key");
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("approvals/allowed_signers", format!("owner@example {public}"));
    workspace.commit("who approves");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    ask(&workspace, &payload(&workspace, "SessionStart", "s"));
    workspace.append(LIB, BLOCKS);
    assert!(written(&workspace, "s", "u1", LIB).expect("it is told").contains(SLEEPS));
    let key = key.to_str().expect("a path");
    let words =
        ["approve", "blocking-in-async", "--reason", "meant", "--by", "owner@example", "--sign-with", key];
    let ran = workspace.run(&words);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(written(&workspace, "s", "u2", LIB), None);
}

#[test]
fn what_the_cache_has_of_the_base_changes_no_answer() {
    const TEST: &str = "tests/first.rs";
    const SUM: &str = "//! First.\n\n#[test]\nfn sum() {\n    assert_eq!(2 + 2, 4);\n}\n";
    let check = |file: &str, base: &str, head: &str, expected: &str| {
        let workspace = Workspace::small();
        workspace.git(&["switch", "--quiet", "main"]);
        workspace.write(file, base);
        workspace.commit("base");
        workspace.git(&["switch", "--quiet", "--force-create", "work"]);
        workspace.write(file, head);
        let told = |session: &str| written(&workspace, session, "u1", file).expect("it is told");
        let first = told("nothing is kept");
        assert!(first.starts_with("gatefold: 1 error") && first.contains(expected), "{first}");
        // A binary that was linked within the last seconds may still change, so that nothing is kept for it yet.
        let mut later = 0..500;
        while kept(&workspace, "answer-").is_empty() {
            let session = later.next().map(|time| format!("later {time}")).expect("it is kept in the end");
            assert_eq!(told(&session), first);
        }
        assert_eq!(told("the base is kept"), first);
        let known = kept(&workspace, "answer-");
        assert_eq!(told("nothing is added"), first);
        assert_eq!(kept(&workspace, "answer-"), known, "the base's side, and not head's");
        known.iter().for_each(|file| std::fs::write(file, "broken").expect("written"));
        assert_eq!(told("what is kept is broken"), first);
    };
    check(TEST, SUM, "//! First.\n", "error[test-deleted]");
    let (had, brings) = (BLOCKS.replace("wait", "had"), BLOCKS);
    let base = format!("//! Waits.\n{had}");
    check(LIB, &base, &format!("{base}{brings}"), SLEEPS);
}

#[test]
fn what_the_cache_lost_is_read_again_and_nobody_waits_for_ever() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let first = written(&workspace, "nothing is kept", "u1", LIB).expect("it is told");
    for start in ["facts-", "tree-"] {
        let lost = kept(&workspace, start);
        assert!(!lost.is_empty(), "{start}");
        lost.iter().for_each(|file| std::fs::remove_file(file).expect("removed"));
        assert_eq!(written(&workspace, start, "u1", LIB), Some(first.clone()));
    }
}

/// The files of the cache whose names begin so.
fn kept(workspace: &Workspace, start: &str) -> Vec<PathBuf> {
    fn all(folder: &Path) -> Vec<PathBuf> {
        let entries =
            std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.flat_map(|path| if path.is_dir() { all(&path) } else { vec![path] }).collect()
    }
    let mut files = all(&workspace.outside().with_file_name("cache"));
    files.retain(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start)));
    files
}

#[test]
fn what_an_edit_leaves_for_the_end_is_said_where_the_policy_has_it() {
    let later = |policy: &str, more: &str| {
        let workspace = Workspace::small();
        workspace.git(&["switch", "--quiet", "main"]);
        workspace.write("gatefold.yaml", policy);
        workspace.write("queue.proto", "syntax = \"proto3\";\npackage queue.v1;\n");
        workspace.commit("policy");
        workspace.git(&["switch", "--quiet", "--force-create", "work"]);
        workspace.append(LIB, &format!("{more}{BLOCKS}"));
        let told = written(&workspace, "s", "u1", LIB).expect("it is told");
        told.lines().find(|line| line.starts_with("not judged yet")).map(str::to_owned)
    };
    let layers =
        "arch:\n  layers:\n    - name: all\n      members: [small]\n      because: there is one crate\n";
    let said = |what: &str| {
        Some(format!("not judged yet: what files say of each other{what}; that is done when you end"))
    };
    assert_eq!(later(layers, ""), said(", layers and contracts"));
    assert_eq!(later("lints: {}\n", ""), said(" and contracts"));
    assert_eq!(later(layers, "\nuse std::fmt;\n"), said(" and contracts"), "an import is judged at once");
}

#[test]
fn an_answer_has_at_most_ten_findings_and_4000_characters() {
    let workspace = Workspace::small();
    let one = |number: usize| BLOCKS.replace("wait()", &format!("wait_{number}()"));
    workspace.append(LIB, &(0..25).map(one).collect::<String>());
    let told = written(&workspace, "s", "u1", LIB).expect("it is told");
    assert_eq!(told.matches(SLEEPS).count(), 10, "{told}");
    assert!(told.contains("and 15 errors more; see them all with `gatefold gate`"), "{told}");
    assert!(told.chars().count() <= 4_000);
}

#[test]
fn a_policy_that_cannot_be_read_is_said_once() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    workspace.write("gatefold.yaml", "lints: [\n");
    let mut event = payload(&workspace, "PostToolUse-Edit", "s");
    let mut tell = |id: &str| {
        event["tool_use_id"] = json!(id);
        ask(&workspace, &event)
    };
    let told = tell("u1").expect("it is told");
    assert!(context(told).is_some_and(|text| text.contains("could not look")));
    assert_eq!(tell("u2"), None);
}

#[test]
fn the_folder_of_the_event_says_what_is_judged() {
    let workspace = Workspace::small();
    let name = ".claude/worktrees/agent-a8a49ef3ad2e2b742";
    workspace.git(&["worktree", "add", "--quiet", "--detach", name, "work"]);
    workspace.write(&format!("{name}/{LIB}"), workspace.read(LIB) + BLOCKS);
    let asks = |event: &str, folder: &str| {
        let mut event = payload(&workspace, event, folder);
        event["cwd"] = json!(workspace.root().join(folder));
        // Where the process stands says nothing: an isolated agent's hooks are started anywhere.
        let mut command = workspace.gatefold(&["hook", "claude-code"]);
        answer(&run_with(command.current_dir(workspace.outside()), event.to_string().as_bytes()))
    };
    for (folder, blocks) in [("", false), ("src", false), (name, true), (&format!("{name}/src"), true)] {
        let stopped = asks("SubagentStop-first", folder);
        assert_eq!(stopped.is_some_and(|answer| answer["decision"] == "block"), blocks, "{folder}");
        let told = asks("PostToolUse-Bash-subagent-worktree", folder);
        assert_eq!(told.is_some(), blocks, "{folder}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_with_a_backslash_is_one_name() {
    const ODD: &str = "src/odd\\name.rs";
    let workspace = Workspace::small();
    let mut event = payload(&workspace, "SessionStart", "s");
    event["source"] = serde_json::json!("startup");
    ask(&workspace, &event).expect("the card");
    workspace.append(LIB, "\n#[path = \"odd\\\\name.rs\"]\npub mod odd;\n");
    workspace.write(ODD, BLOCKS);
    let told = written(&workspace, "s", "u1", ODD).expect("it is told");
    assert!(told.contains(&format!("{ODD}:4:5: error[blocking-in-async]")), "{told}");
    let mended = BLOCKS.replace("std::thread::sleep(", "drop(");
    workspace.write(ODD, mended);
    assert_eq!(written(&workspace, "s", "u2", ODD), None, "it is read again once it is written");
    workspace.write(ODD, BLOCKS);
    let end = stop(&workspace, "s", None);
    assert!(
        sends_back(end.as_ref()) && end.is_some_and(|end| end.to_string().contains("odd")),
        "it is the agent's own"
    );
    let gate = |format: &str| workspace.run(&["gate", "--base", "main", "--format", format]).stdout;
    assert!(gate("sarif").contains("\"uri\": \"src/odd%5Cname.rs\""), "{}", gate("sarif"));
    let quality: serde_json::Value = serde_json::from_str(&gate("gitlab")).expect("it is JSON");
    let all = quality.as_array().expect("a list");
    assert!(all.iter().any(|entry| entry["location"]["path"] == ODD), "{quality}");
}
