//! Answers as Claude Code reads them.

use serde_json::{Value, json};

/// The most characters that an answer says: the client cuts longer context away.
const MAX_CHARACTERS: usize = 4_000;

/// One answer.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Silence: all is well, or it is not ours.
    Nothing,
    /// To the user, not to the agent.
    Tell(String),
    /// To the agent, beside the result of its tools.
    Context { event: String, text: String },
    /// The tool is not used; the agent is told why.
    Deny(String),
    /// The agent does not end yet; it is told why.
    GoOn(String),
}

impl Reply {
    pub(crate) fn tell(text: impl Into<String>) -> Self {
        Reply::Tell(text.into())
    }

    /// The JSON object to print, if any.
    pub(crate) fn json(&self) -> Option<Value> {
        match self {
            Reply::Nothing => None,
            Reply::Tell(text) => Some(json!({ "systemMessage": cut(text) })),
            Reply::Context { event, text } => Some(json!({
                "hookSpecificOutput": { "hookEventName": event, "additionalContext": cut(text) }
            })),
            Reply::Deny(reason) => Some(json!({
                "hookSpecificOutput": {
                    "hookEventName": "PreToolUse",
                    "permissionDecision": "deny",
                    "permissionDecisionReason": cut(reason)
                }
            })),
            Reply::GoOn(reason) => Some(json!({ "decision": "block", "reason": cut(reason) })),
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{} ..", &text[..end]),
        None => text.to_owned(),
    }
}
