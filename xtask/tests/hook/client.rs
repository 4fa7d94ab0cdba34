//! A client: payloads that a real one sent, with a workspace in the place of the repository that they were recorded in.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::workspace::{Ran, Workspace};

/// A file of the small workspace that is part of its crate.
pub(crate) const LIB: &str = "src/lib.rs";

/// A file of the reference workspace.
pub(crate) const CLOCK: &str = "crates/telemetry/src/clock.rs";

/// Code with one error.
pub(crate) const BLOCKS: &str =
    "\n/// Waits.\npub async fn wait() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";

/// Asks the hook. It ends with 0 and says nothing or one JSON object.
#[track_caller]
pub(crate) fn ask(workspace: &Workspace, event: &Value) -> Option<Value> {
    answer(&workspace.run_with(&["hook", "claude-code"], event.to_string().as_bytes()))
}

/// The answer in what a run printed.
#[track_caller]
pub(crate) fn answer(ran: &Ran) -> Option<Value> {
    assert_eq!(ran.status, 0, "{ran}");
    assert!(!ran.stderr.contains("panicked"), "{ran}");
    if ran.stdout.is_empty() {
        return None;
    }
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    assert!(answer.is_object() && ran.stdout.len() < 10_000, "{ran}");
    Some(answer)
}

/// The recorded payloads by name.
pub(crate) fn recorded(workspace: &Workspace) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hooks");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the payloads").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    let payload = |file: &PathBuf| {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(file).expect("a payload");
        let root = workspace.root().to_str().expect("a path");
        let text = text.replace("/REPO", root).replace("/HOME", "/nonexistent");
        (name, serde_json::from_str(&text).expect("it is JSON"))
    };
    files.iter().map(payload).filter(|(name, _)| name != "INDEX").collect()
}

/// A recorded payload, in a session of this name.
pub(crate) fn payload(workspace: &Workspace, name: &str, session: &str) -> Value {
    let all = recorded(workspace);
    let (_, mut event) = all.into_iter().find(|(other, _)| other == name).expect("it was recorded");
    event["session_id"] = json!(session);
    event
}

/// Tells that a file was written, and gives back what the agent is told.
#[track_caller]
pub(crate) fn written(workspace: &Workspace, session: &str, id: &str, path: &str) -> Option<String> {
    let mut event = payload(workspace, "PostToolBatch", session);
    event["tool_calls"][0]["tool_use_id"] = json!(id);
    event["tool_calls"][0]["tool_input"]["file_path"] = json!(workspace.root().join(path));
    context(ask(workspace, &event)?)
}

/// Tells that a shell command ran, and gives back what the agent is told.
#[track_caller]
pub(crate) fn ran(workspace: &Workspace, session: &str, event: &str, id: &str) -> Option<String> {
    let mut event = payload(workspace, event, session);
    match event.get("tool_calls") {
        Some(_) => {
            event["tool_calls"] = json!([{
                "tool_name": "Bash", "tool_input": { "command": "make" }, "tool_use_id": id, "tool_response": ""
            }])
        }
        None => event["tool_use_id"] = json!(id),
    }
    context(ask(workspace, &event)?)
}

#[track_caller]
pub(crate) fn context(answer: Value) -> Option<String> {
    let text = answer.pointer("/hookSpecificOutput/additionalContext").and_then(Value::as_str);
    Some(text.unwrap_or_else(|| panic!("no context: {answer}")).to_owned())
}

/// Asks at the end of a turn.
#[track_caller]
pub(crate) fn stop(workspace: &Workspace, session: &str, prompt: Option<&str>) -> Option<Value> {
    let mut event = payload(workspace, "Stop-active", session);
    match prompt {
        Some(prompt) => event["prompt_id"] = json!(prompt),
        None => drop(event.as_object_mut().expect("an object").remove("prompt_id")),
    }
    ask(workspace, &event)
}

/// Whether an answer sends the agent back.
pub(crate) fn sends_back(answer: Option<&Value>) -> bool {
    answer.is_some_and(|answer| answer["decision"] == "block")
}

/// What is kept in the common git folder.
pub(crate) fn kept(workspace: &Workspace) -> Vec<String> {
    let entries = fs::read_dir(workspace.repository().join(".git/gatefold/sessions"));
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("an entry").file_name().to_string_lossy().into_owned()
    };
    entries.into_iter().flatten().map(name).collect()
}
