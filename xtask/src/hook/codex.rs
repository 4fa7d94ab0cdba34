//! The dialect of Codex CLI.
//!
//! Its events have the names of Claude Code's; a file is edited by `apply_patch`, whose `command` is a patch in a format of
//! its own with paths from the folder of the event. Measured with the real client (0.169): an answer with a field that the
//! event does not know is thrown away as a whole, so each event gets what the published schemas name and no more. `block`
//! after a tool takes the place of the tool's output, and context stands beside it, so context it is. `Stop` takes no
//! context, and the client counts no rounds: the loop guard is ours alone.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::answer::{Answer, Verdict, cut};
use super::dialect::{Dialect, Output};
use super::event::{Call, Edit, Event, Speaker, Step, Write};

pub(crate) static DIALECT: Dialect = Dialect { name: "codex", decode, encode };

/// Events whose answers may carry context for the agent.
const WITH_CONTEXT: [&str; 4] = ["PostToolUse", "PreToolUse", "SessionStart", "SubagentStart"];

/// Events whose answers may speak to the person.
const KNOWN: [&str; 6] =
    ["PostToolUse", "PreToolUse", "SessionStart", "Stop", "SubagentStart", "SubagentStop"];

fn decode(value: &Value) -> Result<Event, String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let name = text("hook_event_name").ok_or("it has no `hook_event_name`")?;
    let step = match name.as_str() {
        "SessionStart" => Step::Start { agent: false },
        "SubagentStart" => Step::Start { agent: true },
        "PreToolUse" => Step::Before(call(value)),
        "PostToolUse" => Step::After(vec![call(value)]),
        "Stop" | "SubagentStop" => {
            let again = value.get("stop_hook_active").and_then(Value::as_bool);
            Step::Stop { waits: false, again }
        }
        "SessionEnd" => Step::End,
        _ => Step::Other,
    };
    let folder = text("cwd").map(PathBuf::from).or_else(|| std::env::current_dir().ok());
    let speaker = Speaker { session: text("session_id").unwrap_or_default(), agent: text("agent_id") };
    let folder = folder.ok_or("it has no `cwd`")?;
    let transcript = text("transcript_path").map(PathBuf::from);
    Ok(Event { name, speaker, prompt: text("turn_id"), transcript, folder, step })
}

fn call(value: &Value) -> Call {
    let tool = value.get("tool_name").and_then(Value::as_str).unwrap_or_default();
    let command = value.get("tool_input").and_then(|input| input.get("command")).and_then(Value::as_str);
    let writes = match tool {
        "apply_patch" => command.map(written).unwrap_or_default(),
        _ => Vec::new(),
    };
    Call {
        id: value.get("tool_use_id").and_then(Value::as_str).map(str::to_owned),
        command: command.filter(|_| tool == "Bash").map(str::to_owned),
        // Whatever else a patch or a tool of a server does, it does not say.
        writes_more: writes.is_empty(),
        writes,
    }
}

/// The files that a patch writes, both names of a moved one. What is no header is content.
fn written(patch: &str) -> Vec<Write> {
    let mut writes: Vec<Write> = Vec::new();
    let mut added: Option<String> = None;
    for line in patch.lines() {
        // The client takes headers with white space around them.
        let header = line.trim();
        let named = |word: &str| header.strip_prefix(word).map(str::trim).filter(|path| !path.is_empty());
        let path = match named("*** Add File:") {
            Some(path) => {
                close(&mut writes, added.replace(String::new()));
                Some(path)
            }
            None => ["*** Update File:", "*** Delete File:", "*** Move to:"].into_iter().find_map(named),
        };
        match path {
            Some(path) => {
                if !header.starts_with("*** Add File:") {
                    close(&mut writes, added.take());
                }
                writes.push(Write { file: PathBuf::from(path), edit: Edit::Unknown });
            }
            None => {
                if let (Some(text), Some(more)) = (&mut added, line.strip_prefix('+')) {
                    text.push_str(more);
                    text.push('\n');
                }
            }
        }
    }
    close(&mut writes, added);
    writes
}

/// An added file holds what was read of it.
fn close(writes: &mut [Write], added: Option<String>) {
    if let (Some(write), Some(text)) = (writes.last_mut(), added) {
        write.edit = Edit::Whole(text);
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
        _ => json!({}),
    };
    if let Some(text) = answer.tell.as_ref().filter(|_| event.is_empty() || KNOWN.contains(&event)) {
        object["systemMessage"] = json!(cut(text));
    }
    let is_empty = object.as_object().is_none_or(serde_json::Map::is_empty);
    Output { json: (!is_empty).then_some(object), ..Output::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(patch: &str, expected: &[(&str, Option<&str>)]) {
        let found = written(patch);
        let found: Vec<_> = found
            .iter()
            .map(|write| {
                let text = match &write.edit {
                    Edit::Whole(text) => Some(text.as_str()),
                    _ => None,
                };
                (write.file.to_str().expect("UTF-8"), text)
            })
            .collect();
        assert_eq!(found, expected, "{patch}");
    }

    #[test]
    fn a_patch_writes_the_files_of_its_headers() {
        check("", &[]);
        check("*** Begin Patch\n*** End Patch", &[]);
        check(
            "*** Begin Patch\n*** Add File: src/a.rs\n+one\n+\n+two\n*** Update File: b.rs\n*** Move to: c d.rs\n@@\n-x\n+y\n\
             *** Delete File: e.rs\n*** End Patch",
            &[("src/a.rs", Some("one\n\ntwo\n")), ("b.rs", None), ("c d.rs", None), ("e.rs", None)],
        );
        check("*** Add File: a\n*** Add File: b\n+x", &[("a", Some("")), ("b", Some("x\n"))]);
        check("  *** Update File:  gatefold.yaml \r\n@@\n", &[("gatefold.yaml", None)]);
        check("*** Update File: a\n+*** Delete File: b\n *** x\n", &[("a", None)]);
    }

    #[test]
    fn an_event_gets_what_it_knows_and_no_more() {
        let all = [
            Verdict::Nothing,
            Verdict::Context("c".to_owned()),
            Verdict::Deny("d".to_owned()),
            Verdict::GoOn("g".to_owned()),
            Verdict::Refuse("r".to_owned()),
        ];
        let said = |event: &str| -> Vec<&str> {
            let spoken = all.iter().map(|verdict| {
                encode(
                    event,
                    &match verdict {
                        Verdict::Nothing => Answer::nothing(),
                        Verdict::Context(text) => Verdict::Context(text.clone()).into(),
                        Verdict::Deny(text) => Verdict::Deny(text.clone()).into(),
                        Verdict::GoOn(text) => Verdict::GoOn(text.clone()).into(),
                        Verdict::Refuse(text) => Verdict::Refuse(text.clone()).into(),
                    },
                )
            });
            let names = ["nothing", "context", "deny", "go on", "refuse"];
            let spoken = spoken.zip(names).filter(|(output, _)| *output != Output::default());
            spoken.map(|(_, name)| name).collect()
        };
        assert_eq!(said("PreToolUse"), ["context", "deny"]);
        assert_eq!(said("PostToolUse"), ["context"]);
        assert_eq!(said("SessionStart"), ["context"]);
        assert_eq!(said("Stop"), ["go on"]);
        assert_eq!(said("SubagentStop"), ["go on"]);
        for event in ["", "UserPromptSubmit", "PreCompact", "PermissionRequest", "SessionEnd", "Nonsense"] {
            assert_eq!(said(event), Vec::<&str>::new(), "{event}");
        }
    }
}
