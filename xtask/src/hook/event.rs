//! Events as Claude Code sends them. Unknown events, tools and fields are let through.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// One event.
#[derive(Debug)]
pub(crate) struct Event {
    /// `hook_event_name`, given back in the answer.
    pub(crate) name: String,
    /// The session, and the agent inside it if there is one: whom the loop guard counts for.
    pub(crate) speaker: String,
    /// The folder that the agent stands in. In an isolated worktree this, not the project's folder, is the tree.
    pub(crate) folder: PathBuf,
    pub(crate) kind: Kind,
}

/// What is to be answered.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A tool is about to be used.
    Before(Call),
    /// Tools were used.
    After(Vec<Call>),
    /// The agent wants to end; `waits` while it has work in the background.
    Stop { waits: bool },
    /// Nothing of ours.
    Other,
}

/// A use of a tool.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) tool: String,
    pub(crate) input: Value,
}

impl Event {
    /// Reads an event.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Event, String> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let name = text("hook_event_name").ok_or("it has no `hook_event_name`")?;
        let speaker =
            [text("session_id"), text("agent_id")].into_iter().flatten().collect::<Vec<_>>().join(".");
        let kind = match name.as_str() {
            "PreToolUse" => Kind::Before(Call::of(&value)),
            "PostToolUse" => Kind::After(vec![Call::of(&value)]),
            "PostToolBatch" => {
                let calls = value.get("tool_calls").and_then(Value::as_array);
                Kind::After(calls.map(|calls| calls.iter().map(Call::of).collect()).unwrap_or_default())
            }
            "Stop" | "SubagentStop" => {
                let tasks = value.get("background_tasks").and_then(Value::as_array);
                Kind::Stop { waits: tasks.is_some_and(|tasks| !tasks.is_empty()) }
            }
            _ => Kind::Other,
        };
        let folder = text("cwd").map(PathBuf::from).or_else(|| std::env::current_dir().ok());
        Ok(Event { name, speaker, folder: folder.ok_or("it has no `cwd`")?, kind })
    }
}

impl Call {
    fn of(value: &Value) -> Call {
        let tool = value.get("tool_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        Call { tool, input: value.get("tool_input").cloned().unwrap_or(Value::Null) }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.input.get(key).and_then(Value::as_str)
    }

    /// The file that it writes, if it is a tool that writes one.
    pub(crate) fn written(&self, folder: &Path) -> Option<PathBuf> {
        let key = match self.tool.as_str() {
            "Write" | "Edit" | "MultiEdit" => "file_path",
            "NotebookEdit" => "notebook_path",
            _ => return None,
        };
        Some(folder.join(self.text(key)?))
    }

    /// The shell command, if it is one.
    pub(crate) fn command(&self) -> Option<&str> {
        if self.tool == "Bash" { self.text("command") } else { None }
    }
}
