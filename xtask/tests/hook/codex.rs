//! The hook of Codex CLI, asked with the payloads of the real client; every answer is held against the client's own schemas.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::workspace::Workspace;

const LIB: &str = "src/lib.rs";
const BLOCKS: &str =
    "\n/// Waits.\npub async fn wait() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/codex")
}

fn payload(workspace: &Workspace, name: &str) -> Value {
    let text = fs::read_to_string(data().join(format!("{name}.json"))).expect("a payload");
    let text =
        text.replace("/REPO", workspace.root().to_str().expect("UTF-8")).replace("/HOME", "/nonexistent");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Asks, and holds the answer against the schema of the event.
#[track_caller]
fn ask(workspace: &Workspace, event: &Value) -> Option<Value> {
    let ran = workspace.run_with(&["hook", "codex"], event.to_string().as_bytes());
    assert_eq!(ran.status, 0, "{ran}");
    if ran.stdout.is_empty() {
        return None;
    }
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let name: String =
        event["hook_event_name"].as_str().expect("a name").chars().fold(String::new(), |text, letter| {
            let dash = if letter.is_uppercase() && !text.is_empty() { "-" } else { "" };
            format!("{text}{dash}{}", letter.to_ascii_lowercase())
        });
    let schema =
        fs::read_to_string(data().join(format!("schemas/{name}.json"))).expect("a schema of the event");
    let schema = serde_json::from_str(&schema).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new(), "{answer}");
    Some(answer)
}

fn patch(workspace: &Workspace, event: &str, patch: &str) -> Value {
    let mut event = payload(workspace, event);
    event["tool_input"]["command"] = json!(format!("*** Begin Patch\n{patch}*** End Patch"));
    event
}

#[track_caller]
fn denied(workspace: &Workspace, event: &Value) -> Option<String> {
    let answer = ask(workspace, event)?;
    let said = &answer["hookSpecificOutput"];
    assert_eq!(said["permissionDecision"], "deny", "{answer}");
    Some(said["permissionDecisionReason"].as_str().expect("a reason").to_owned())
}

#[test]
fn the_schemas_refuse_what_the_client_would_throw_away() {
    let schema = fs::read_to_string(data().join("schemas/stop.json")).expect("a schema");
    let validator =
        jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    assert!(validator.is_valid(&json!({ "decision": "block", "reason": "x" })));
    for refused in [
        json!({ "decision": "block" }),
        json!({ "decision": "deny", "reason": "x" }),
        json!({ "hookSpecificOutput": { "hookEventName": "Stop", "additionalContext": "x" } }),
    ] {
        assert!(!validator.is_valid(&refused), "{refused}");
    }
}

#[test]
fn every_recorded_event_is_let_through_while_all_is_well() {
    let workspace = Workspace::small();
    let mut asked = 0;
    for entry in fs::read_dir(data()).expect("the payloads") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if name == "INDEX" || path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        asked += 1;
        let event = payload(&workspace, &name);
        let answer = ask(&workspace, &event);
        // A session is greeted with the rules.
        let is_told = answer
            .as_ref()
            .is_some_and(|answer| answer["hookSpecificOutput"]["additionalContext"].is_string());
        assert!(answer.is_none() || (name == "SessionStart" && is_told), "{name}: {answer:?}");
    }
    assert_eq!(asked, 8);
}

#[test]
fn a_patch_does_not_write_what_judges() {
    let workspace = Workspace::new();
    for (text, is_denied) in [
        ("*** Add File: src/new.rs\n+// *** Update File: approvals/allowed_signers\n", false),
        ("*** Update File: crates/telemetry/src/clock.rs\n@@\n-a\n+b\n", false),
        ("*** Add File: approvals/allowed_signers\n+me ssh-ed25519 A\n", true),
        ("*** Update File: README.md\n*** Move to: .claude/settings.json\n", true),
        ("*** Delete File: services/now-playing/golden/rankings.jsonl\n", true),
        ("*** Add File: a\n+x\n*** Delete File: services/../approvals/allowed_signers\n", true),
        ("*** Add File: gatefold.yaml\n+mode: observe\n", true),
        ("*** Update File: .codex/hooks.json\n@@\n-x\n+y\n", true),
        ("*** Delete File: .git/gatefold/bin/current\n", true),
        ("*** Add File: .git/hooks/pre-commit\n+exit 0\n", true),
        ("*** Add File: .codex/notes.md\n+x\n", false),
    ] {
        let reason = denied(&workspace, &patch(&workspace, "PreToolUse-apply_patch", text));
        assert_eq!(reason.is_some(), is_denied, "{text}: {reason:?}");
    }
    let mut event = payload(&workspace, "PreToolUse-Bash");
    for (command, is_denied) in [
        ("git commit --no-verify -m x", true),
        ("cargo insta accept", true),
        ("rm -rf .git/gatefold", true),
        ("ls .git/gatefold", false),
    ] {
        event["tool_input"]["command"] = json!(command);
        assert_eq!(denied(&workspace, &event).is_some(), is_denied, "{command}");
    }
}

#[test]
fn what_a_patch_wrote_is_told_beside_the_output_of_the_tool() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let text = format!("*** Update File: {LIB}\n@@\n+x\n");
    let event = patch(&workspace, "PostToolUse-apply_patch", &text);
    let answer = ask(&workspace, &event).expect("there is something to tell");
    let told =
        answer["hookSpecificOutput"]["additionalContext"].as_str().unwrap_or_else(|| panic!("{answer}"));
    assert!(told.contains("blocking-in-async") && told.contains(LIB), "{told}");
    assert_eq!(answer.get("decision"), None, "it would take the output's place: {answer}");
}

#[test]
fn the_agent_goes_on_until_the_loop_guard_lets_go() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    let event = payload(&workspace, "Stop-active");
    let mut sent_back = 0;
    for _ in 0..10 {
        let Some(answer) = ask(&workspace, &event) else { continue };
        match answer.get("decision") {
            Some(decision) => {
                assert_eq!(decision, "block");
                assert!(answer["reason"].as_str().is_some_and(|reason| reason.contains("blocking-in-async")));
                sent_back += 1;
            }
            None => assert!(answer["systemMessage"].is_string(), "{answer}"),
        }
    }
    assert_eq!(sent_back, 3, "the client itself counts no rounds");
}

#[test]
fn what_no_client_should_send_is_let_through() {
    let workspace = Workspace::small();
    workspace.append(LIB, BLOCKS);
    for input in [
        b"".as_slice(),
        b"null",
        b"{}",
        b"\xff\xfe",
        b"{\"hook_event_name\": \"PreToolUse\", \"tool_name\": \"apply_patch\", \"tool_input\": []}",
        b"{\"hook_event_name\": \"PreToolUse\", \"tool_name\": \"apply_patch\", \"tool_input\": {\"command\": 7}}",
        b"{\"hook_event_name\": \"PermissionRequest\", \"tool_name\": \"Bash\"}",
    ] {
        let ran = workspace.run_with(&["hook", "codex"], input);
        let shown = String::from_utf8_lossy(input);
        assert_eq!(ran.status, 0, "{shown}: {ran}");
        let answer: Option<Value> = serde_json::from_str(&ran.stdout).ok();
        assert!(ran.stdout.is_empty() || answer.is_some_and(|answer| answer.get("decision").is_none()), "{shown}: {ran}");
    }
}

#[test]
fn the_shipped_settings_listen_to_events_that_are_answered() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci/codex/hooks.json");
    let settings: Value =
        serde_json::from_str(&fs::read_to_string(file).expect("the settings")).expect("JSON");
    let hooks = settings["hooks"].as_object().expect("events");
    let names: Vec<&str> = hooks.keys().map(String::as_str).collect();
    for name in ["SessionStart", "PreToolUse", "PostToolUse", "Stop", "SubagentStop"] {
        assert!(names.contains(&name), "{names:?}");
    }
    for hook in hooks.values().flat_map(|groups| groups[0]["hooks"].as_array().expect("hooks")) {
        assert!(
            hook["command"].as_str().is_some_and(|command| command.ends_with("/.claude/gatefold-hook codex"))
        );
    }
}
