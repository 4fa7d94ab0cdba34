//! The hook of Claude Code, asked with the payloads of a real client and with what no client should send.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::honest_changes::add_session;
use crate::workspace::{Ran, Workspace, run_with};

const CLOCK: &str = "crates/telemetry/src/clock.rs";
const BLOCKS: &str =
    "\n/// Waits.\npub async fn wait() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";

/// Asks the hook. Whatever it is given, it ends with 0 and says nothing or one JSON object.
#[track_caller]
fn ask(workspace: &Workspace, input: &[u8]) -> Option<Value> {
    answer(&workspace.run_with(&["hook", "claude-code"], input))
}

#[track_caller]
fn answer(ran: &Ran) -> Option<Value> {
    assert_eq!(ran.status, 0, "{ran}");
    assert!(!ran.stderr.contains("panicked"), "{ran}");
    if ran.stdout.is_empty() {
        return None;
    }
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    assert!(answer.is_object() && ran.stdout.len() < 10_000, "{ran}");
    Some(answer)
}

/// The recorded payloads by name, with the workspace in the place of the repository that they were recorded in.
fn recorded(workspace: &Workspace) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hooks");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the payloads").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let payload = |file: &PathBuf| {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(file).expect("a payload");
        let root = workspace.root().to_str().expect("a path");
        (name, text.replace("/REPO", root).replace("/HOME", "/nonexistent"))
    };
    files.iter().map(payload).filter(|(name, _)| name != "INDEX").collect()
}

fn payload(workspace: &Workspace, name: &str) -> Value {
    let all = recorded(workspace);
    let (_, text) = all.iter().find(|(other, _)| other == name).expect("it was recorded");
    serde_json::from_str(text).expect("it is JSON")
}

/// The event of a tool, with this input.
fn tool(workspace: &Workspace, event: &str, tool: &str, input: Value) -> Vec<u8> {
    let mut event = payload(workspace, event);
    event["tool_name"] = json!(tool);
    event["tool_input"] = input;
    event.to_string().into_bytes()
}

/// The reason for which a use of a tool is denied, if it is.
#[track_caller]
fn denied(workspace: &Workspace, name: &str, mut input: Value) -> Option<String> {
    if let Some(path) = input["file_path"].as_str() {
        input["file_path"] = json!(workspace.root().join(path));
    }
    let answer = ask(workspace, &tool(workspace, "PreToolUse-Edit", name, input))?;
    let said = &answer["hookSpecificOutput"];
    assert_eq!((&said["hookEventName"], &said["permissionDecision"]), (&json!("PreToolUse"), &json!("deny")));
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(1), "{answer}");
    Some(said["permissionDecisionReason"].as_str().expect("a reason").to_owned())
}

/// Asks at the end of a turn of this session.
#[track_caller]
fn stop(workspace: &Workspace, session: &str) -> Option<Value> {
    let mut event = payload(workspace, "Stop-active");
    event["session_id"] = json!(session);
    ask(workspace, event.to_string().as_bytes())
}

/// Tells of a file that was written, and gives back what the agent is told.
#[track_caller]
fn written(workspace: &Workspace, session: &str, path: &str) -> Option<String> {
    let mut event = payload(workspace, "PostToolBatch");
    event["session_id"] = json!(session);
    event["tool_calls"][0]["tool_input"]["file_path"] = json!(workspace.root().join(path));
    let answer = ask(workspace, event.to_string().as_bytes())?;
    let said = &answer["hookSpecificOutput"];
    assert_eq!(said["hookEventName"], "PostToolBatch", "{answer}");
    Some(said["additionalContext"].as_str().expect("context").to_owned())
}

#[test]
fn every_recorded_event_is_let_through_while_all_is_well() {
    let workspace = Workspace::new();
    let recorded = recorded(&workspace);
    assert!(recorded.len() > 30, "{}", recorded.len());
    for (name, text) in recorded {
        assert_eq!(ask(&workspace, text.as_bytes()), None, "{name}");
    }
}

#[test]
fn what_no_client_should_send_is_let_through() {
    let workspace = Workspace::new();
    workspace.append(CLOCK, BLOCKS);
    let stop = payload(&workspace, "Stop-first").to_string();
    let deep = "[".repeat(100_000);
    let huge = vec![b'x'; 17 * 1024 * 1024];
    let cases: [&[u8]; 11] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\x00",
        deep.as_bytes(),
        &stop.as_bytes()[..stop.len() - 2],
        b"{\"hook_event_name\": 7}",
        b"{\"hook_event_name\": \"PreToolUse\", \"tool_input\": 7, \"tool_name\": []}",
        b"{\"hook_event_name\": \"Stop\", \"cwd\": \"/nonexistent/\\u0000\"}",
        &huge,
    ];
    for input in cases {
        let shown = String::from_utf8_lossy(&input[..input.len().min(60)]).into_owned();
        let answer = ask(&workspace, input);
        assert!(answer.is_none_or(|answer| answer.get("decision").is_none()), "{shown}");
    }
}

#[test]
fn wrong_arguments_never_end_with_what_a_client_reads_as_block() {
    let workspace = Workspace::new();
    for arguments in [
        &["hook"][..],
        &["hook", "--foo"],
        &["hook", "copilot"],
        &["hook", "claude-code", "--foo", "bar"],
        &["hook", "--help"],
        &["hook", "-V"],
        &["hook", "claude-code", "--root", "/nonexistent"],
    ] {
        let ran = workspace.run_with(arguments, b"{}");
        assert_eq!(ran.status, 0, "{arguments:?}: {ran}");
    }
}

#[test]
fn the_policy_is_not_loosened() {
    let workspace = Workspace::new();
    let policy = workspace.read("gatefold.yaml");
    let edit =
        |old: &str, new: &str| json!({ "file_path": "gatefold.yaml", "old_string": old, "new_string": new });
    let write = |text: &str| json!({ "file_path": "gatefold.yaml", "content": text });
    let loosened = policy.replace("category: CALLERS", "category: WIRE");
    for (name, input) in [
        ("Edit", edit("category: CALLERS", "category: WIRE")),
        ("Edit", edit("\nintegrity:\n", "\nlevels: {untied-sort: off}\nintegrity:\n")),
        ("Edit", edit("lints:\n  exclude: []", "lints:\n  exclude: [crates/**]")),
        ("Write", write(&loosened)),
        ("Write", write("")),
    ] {
        let reason = denied(&workspace, name, input.clone()).unwrap_or_else(|| panic!("{input}"));
        assert!(reason.contains("would loosen the policy"), "{reason}");
    }
    let invalid = denied(&workspace, "Write", write("lints: [\n")).expect("it is denied");
    assert!(invalid.contains("would be invalid"), "{invalid}");
    for (name, input) in [
        (
            "Edit",
            edit(
                "protocol, telemetry]\n      because: each",
                "protocol, session, telemetry]\n      because: each",
            ),
        ),
        ("Edit", edit("category: CALLERS", "category: FILE")),
        ("Edit", edit("this does not stand there", "anything")),
        ("Write", write(&format!("{policy}\n# A comment.\n"))),
    ] {
        assert_eq!(denied(&workspace, name, input.clone()), None, "{input}");
    }
}

#[test]
fn a_crate_that_is_gone_leaves_the_policy() {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    add_session(&workspace);
    workspace.commit("before");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    let edit = |new: &str| json!({ "file_path": "gatefold.yaml", "old_string": "session, telemetry]", "new_string": new });
    assert!(denied(&workspace, "Edit", edit("telemetry]")).is_some(), "it is still there");
    workspace.git(&["mv", "crates/session", "crates/visit"]);
    workspace.replace("crates/visit/Cargo.toml", "name = \"session\"", "name = \"visit\"");
    assert!(denied(&workspace, "Edit", edit("telemetry]")).is_some(), "it has another name");
    assert_eq!(denied(&workspace, "Edit", edit("telemetry, visit]")), None);
    workspace.git(&["rm", "-r", "-f", "--quiet", "crates/visit"]);
    assert_eq!(denied(&workspace, "Edit", edit("telemetry]")), None);
}

#[test]
fn what_judges_is_not_written_over() {
    let workspace = Workspace::new();
    for path in [
        "approvals/allowed_signers",
        "approvals/x.yaml.sig",
        "services/now-playing/golden/rankings.jsonl",
        "services/../services/now-playing/golden/rankings.jsonl",
        ".claude/settings.json",
        ".claude/settings.local.json",
    ] {
        assert!(denied(&workspace, "Write", json!({ "file_path": path, "content": "" })).is_some(), "{path}");
        let edit = json!({ "file_path": path, "old_string": "a", "new_string": "b" });
        assert!(denied(&workspace, "Edit", edit).is_some(), "{path}");
    }
    for path in
        [CLOCK, "README.md", "approvals/ranking-changed-1.yaml", "new/folder/file.rs", "/tmp/notes.md"]
    {
        assert_eq!(denied(&workspace, "Write", json!({ "file_path": path, "content": "" })), None, "{path}");
    }
}

#[test]
fn a_command_does_not_go_round_the_judge() {
    let workspace = Workspace::new();
    for (command, is_denied) in [
        ("git add . && git commit -m x --no-verify", true),
        ("git commit -nm x", true),
        ("git -c core.hooksPath=/dev/null commit -m x", true),
        ("cargo insta accept", true),
        ("cargo insta test --accept", true),
        ("INSTA_UPDATE=always cargo test", true),
        ("echo 'mode: observe' >> gatefold.yaml", true),
        ("sed -i s/CALLERS/WIRE/ gatefold.yaml", true),
        ("cat a > services/now-playing/golden/rankings.jsonl", true),
        ("cp /tmp/rankings.jsonl services/now-playing/golden/rankings.jsonl", true),
        ("echo '{\"disableAllHooks\":true}' > .claude/settings.local.json", true),
        ("rm -rf approvals/allowed_signers", true),
        ("cat gatefold.yaml", false),
        ("grep -n 'a > b' services/now-playing/golden/rankings.jsonl", false),
        ("git commit -m 'never say --no-verify'", false),
        ("git checkout -- services/now-playing/golden/rankings.jsonl", false),
        ("cat > notes.md <<'EOF'\ngit commit --no-verify > gatefold.yaml\nEOF\n", false),
        ("git log -n 5 gatefold.yaml", false),
        ("cargo insta test", false),
        ("INSTA_UPDATE=no cargo test", false),
        ("cargo xtask golden accept", false),
        ("cargo test > /tmp/log 2>&1", false),
        ("sed -i s/a/b/ crates/telemetry/src/clock.rs", false),
    ] {
        let reason = denied(&workspace, "Bash", json!({ "command": command }));
        assert_eq!(reason.is_some(), is_denied, "{command}: {reason:?}");
    }
}

#[test]
fn what_was_written_is_told_once_in_a_session() {
    let workspace = Workspace::new();
    workspace.append(CLOCK, BLOCKS);
    workspace.append("crates/telemetry/src/names.rs", BLOCKS);
    let told = written(&workspace, "one", CLOCK).expect("there is something to tell");
    assert!(told.starts_with("gatefold: 1 error that this change brings\n"), "{told}");
    assert!(told.contains(&format!("{CLOCK}:32:5: error[blocking-in-async]: ")), "{told}");
    assert!(told.contains("\n  do: "), "{told}");
    assert_eq!(written(&workspace, "one", CLOCK), None);
    assert!(written(&workspace, "another", CLOCK).is_some());
    assert_eq!(written(&workspace, "one", "README.md"), None);
}

#[test]
fn the_agent_goes_on_until_it_has_tried_three_times() {
    let workspace = Workspace::new();
    assert_eq!(stop(&workspace, "s"), None);
    workspace.append(CLOCK, BLOCKS);
    for _ in 0..3 {
        let answer = stop(&workspace, "s").expect("it is sent back");
        assert_eq!(answer["decision"], "block", "{answer}");
        assert_eq!(answer.as_object().map(serde_json::Map::len), Some(2), "{answer}");
        let reason = answer["reason"].as_str().expect("a reason");
        assert!(reason.contains("blocking-in-async") && reason.contains("cargo xtask gate"), "{reason}");
    }
    let answer = stop(&workspace, "s").expect("the user is told");
    assert_eq!(answer.get("decision"), None, "{answer}");
    assert!(
        answer["systemMessage"].as_str().is_some_and(|text| text.contains("1 error still open")),
        "{answer}"
    );
    assert_eq!(stop(&workspace, "another").expect("it is sent back")["decision"], "block");
    let mut waits = payload(&workspace, "Stop-first");
    waits["background_tasks"] = json!([{ "id": "1" }]);
    assert_eq!(ask(&workspace, waits.to_string().as_bytes()), None, "it may wait for its own work");
    workspace.git(&["checkout", "--quiet", "."]);
    assert_eq!(stop(&workspace, "s"), None);
}

#[test]
fn the_folder_of_the_event_says_what_is_judged() {
    let workspace = Workspace::new();
    let name = ".claude/worktrees/agent-1";
    workspace.git(&["worktree", "add", "--quiet", "--detach", name, "work"]);
    let worktree = workspace.root().join(name);
    fs::write(worktree.join(CLOCK), workspace.read(CLOCK) + BLOCKS).expect("it is ours");
    for (folder, blocks) in [
        (workspace.root().to_owned(), false),
        (workspace.root().join("crates/telemetry/src"), false),
        (worktree.clone(), true),
        (worktree.join("protos/ranking"), true),
    ] {
        let mut event = payload(&workspace, "SubagentStop-first");
        event["cwd"] = json!(folder);
        event["session_id"] = json!(folder);
        // Where the process stands says nothing: an isolated agent's hooks are started anywhere.
        let mut command = workspace.gatefold(&["hook", "claude-code"]);
        let ran = run_with(command.current_dir(workspace.outside()), event.to_string().as_bytes());
        assert_eq!(answer(&ran).is_some_and(|answer| answer["decision"] == "block"), blocks, "{ran}");
    }
}
