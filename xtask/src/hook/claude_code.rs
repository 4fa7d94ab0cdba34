//! The dialect of Claude Code.
//!
//! Measured with the real client: JSON is read whatever the exit status, so JSON goes with 0 only; text behind exit
//! status 2 names the command twice, so JSON it is; an object that the event does not know is dropped as a whole. Only
//! `ConfigChange` has no form in JSON that was seen to work: there status 2 keeps the new settings from taking effect, and
//! standard error says why.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::answer::{Answer, Verdict, cut};
use super::dialect::{Dialect, Output};
use super::event::{Call, Edit, Event, Speaker, Step, Write};

pub(crate) static DIALECT: Dialect = Dialect { name: "claude-code", decode, encode };

/// Tools that write no file. Every other one may, also those of servers that the person added.
const WRITES_NOTHING: [&str; 13] = [
    "Agent",
    "AskUserQuestion",
    "Glob",
    "Grep",
    "LS",
    "Read",
    "Skill",
    "Task",
    "TaskOutput",
    "TodoWrite",
    "ToolSearch",
    "WebFetch",
    "WebSearch",
];

/// Events whose answers may carry context for the agent.
const WITH_CONTEXT: [&str; 6] =
    ["PostToolBatch", "PostToolUse", "PostToolUseFailure", "PreToolUse", "SessionStart", "SubagentStart"];

fn decode(value: &Value) -> Result<Event, String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text("hook_event_name").ok_or("it has no `hook_event_name`")?;
    let step = match name.as_str() {
        "SessionStart" => Step::Start { agent: false },
        "SubagentStart" => Step::Start { agent: true },
        "PreToolUse" => Step::Before(call(value)),
        "PostToolUse" | "PostToolUseFailure" => Step::After(vec![call(value)]),
        "PostToolBatch" => {
            let calls = value.get("tool_calls").and_then(Value::as_array);
            Step::After(calls.into_iter().flatten().map(call).collect())
        }
        "Stop" | "SubagentStop" => {
            let tasks = value.get("background_tasks").and_then(Value::as_array);
            let again = value.get("stop_hook_active").and_then(Value::as_bool);
            Step::Stop { waits: tasks.is_some_and(|tasks| !tasks.is_empty()), again }
        }
        "ConfigChange" => Step::Settings { file: text("file_path").map(PathBuf::from) },
        "SessionEnd" => Step::End,
        _ => Step::Other,
    };
    let folder = text("cwd").map(PathBuf::from).or_else(|| std::env::current_dir().ok());
    let speaker = Speaker { session: text("session_id").unwrap_or_default(), agent: text("agent_id") };
    let folder = folder.ok_or("it has no `cwd`")?;
    let transcript = text("transcript_path").map(PathBuf::from);
    Ok(Event { name, speaker, prompt: text("prompt_id"), transcript, folder, step })
}

fn call(value: &Value) -> Call {
    let tool = value.get("tool_name").and_then(Value::as_str).unwrap_or_default();
    let input = |key: &str| value.get("tool_input").and_then(|input| input.get(key));
    let text = |key: &str| input(key).and_then(Value::as_str).map(str::to_owned);
    let (key, edit) = match tool {
        "Write" => ("file_path", text("content").map(Edit::Whole)),
        "Edit" => (
            "file_path",
            text("old_string").zip(text("new_string")).map(|(old, new)| {
                let all = input("replace_all").and_then(Value::as_bool).unwrap_or(false);
                Edit::Replace { old, new, all }
            }),
        ),
        "MultiEdit" => ("file_path", None),
        "NotebookEdit" => ("notebook_path", None),
        _ => ("", None),
    };
    let write = |file| Write { file: PathBuf::from(file), edit: edit.unwrap_or(Edit::Unknown) };
    let writes: Vec<Write> = text(key).map(write).into_iter().collect();
    Call {
        id: value.get("tool_use_id").and_then(Value::as_str).map(str::to_owned),
        command: if tool == "Bash" { text("command") } else { None },
        writes_more: writes.is_empty() && !WRITES_NOTHING.contains(&tool),
        writes,
    }
}

fn encode(event: &str, answer: &Answer) -> Output {
    let mut object = match &answer.verdict {
        Verdict::Context(text) if WITH_CONTEXT.contains(&event) => json!({
            "hookSpecificOutput": { "hookEventName": event, "additionalContext": cut(text) }
        }),
        Verdict::Deny(reason) if event == "PreToolUse" => json!({
            "hookSpecificOutput": {
                "hookEventName": event,
                "permissionDecision": "deny",
                "permissionDecisionReason": cut(reason)
            }
        }),
        Verdict::GoOn(reason) if matches!(event, "Stop" | "SubagentStop") => {
            json!({ "decision": "block", "reason": cut(reason) })
        }
        Verdict::Refuse(reason) if event == "ConfigChange" => {
            return Output { json: None, complaint: Some(cut(reason)), blocks_by_status: true };
        }
        _ => json!({}),
    };
    if let Some(text) = &answer.tell {
        object["systemMessage"] = json!(cut(text));
    }
    let is_empty = object.as_object().is_none_or(serde_json::Map::is_empty);
    Output { json: (!is_empty).then_some(object), ..Output::default() }
}
