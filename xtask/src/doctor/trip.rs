//! A real event through the launcher: one that must be denied, so that the answer shows that something judges.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::surroundings::{self, Env};

/// How long the launcher may take: far longer than a client waits for it.
const WITHIN: Duration = Duration::from_secs(15);
/// How much of an answer is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// What came back.
pub(super) enum Answered {
    /// The judge denied it, after so many milliseconds.
    Denied(u128),
    /// Something else was said.
    Said(String),
    /// Nothing was said.
    Silence,
    /// It was not sent, or did not come back.
    NotSent(String),
}

/// Sends an event that asks for a commit without its checks. No such commit is made: the event only tells of it. It is of a
/// session that never began, which is denied whatever the mode.
///
/// The launcher sees of the surroundings what a client hands on, and on the search path nothing that lies in the judged
/// tree.
pub(super) fn send(launcher: &Path, root: &Path, here: &Path, env: Env<'_>) -> Answered {
    let event = json!({
        // With a dot, for which the launcher keeps no mark that it spoke.
        "session_id": "gatefold.doctor",
        "transcript_path": "",
        "cwd": here,
        "hook_event_name": "PreToolUse",
        "tool_name": "Bash",
        "tool_input": { "command": "git commit --no-verify --message x" },
        "tool_use_id": "gatefold-doctor",
    });
    let started = Instant::now();
    let mut command = Command::new("/bin/sh");
    command.arg(launcher).current_dir(here).env_clear();
    command
        .envs(surroundings::all().into_iter().filter(|(name, _)| name != "GATEFOLD_BIN" && name != "PATH"));
    command.env("PATH", outside(root, env)).env("CLAUDE_PROJECT_DIR", here);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Answered::NotSent(format!("the launcher cannot be started: {error}")),
    };
    let Some((answer, complaint)) = exchange(&mut child, event.to_string()) else {
        let _ = child.kill();
        let _ = child.wait();
        return Answered::NotSent(format!("the launcher did not answer within {} s", WITHIN.as_secs()));
    };
    let _ = child.wait();
    match understood(&answer, started.elapsed().as_millis()) {
        Answered::Silence if !complaint.trim().is_empty() => Answered::Said(complaint.trim().to_owned()),
        answered => answered,
    }
}

/// Writes the event and reads the answer and the complaint, all beside this thread, since each may stall.
fn exchange(child: &mut Child, event: String) -> Option<(String, String)> {
    let deadline = Instant::now() + WITHIN;
    let input = child.stdin.take();
    std::thread::spawn(move || input.map(|mut input| input.write_all(event.as_bytes())));
    let (answer, complaint) = (child.stdout.take().map(read)?, child.stderr.take().map(read)?);
    let left = || deadline.saturating_duration_since(Instant::now());
    Some((answer.recv_timeout(left()).ok()?, complaint.recv_timeout(left()).ok()?))
}

fn read(from: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = from.take(LONGEST).read_to_end(&mut bytes);
        let _ = send.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receive
}

fn understood(answer: &str, milliseconds: u128) -> Answered {
    if answer.trim().is_empty() {
        return Answered::Silence;
    }
    let Ok(answer) = serde_json::from_str::<Value>(answer) else {
        return Answered::Said("something that is no JSON, which the client takes for nothing".to_owned());
    };
    let output = &answer["hookSpecificOutput"];
    match (&output["permissionDecision"], answer["systemMessage"].as_str()) {
        (decision, _) if decision == "deny" => Answered::Denied(milliseconds),
        (_, Some(message)) => Answered::Said(message.to_owned()),
        _ => Answered::Said("something else than a refusal".to_owned()),
    }
}

/// The search path without what lies in the judged tree, which the change could have put there.
fn outside(root: &Path, env: Env<'_>) -> std::ffi::OsString {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let is_outside = |folder: &std::path::PathBuf| {
        folder.is_absolute() && folder.canonicalize().is_ok_and(|real| !real.starts_with(&root))
    };
    let path = env("PATH").unwrap_or_default();
    std::env::join_paths(std::env::split_paths(&path).filter(is_outside)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_shows_that_something_judges() {
        let check = |answer: &str, expect: &str| {
            let told = match understood(answer, 1) {
                Answered::Denied(_) => "denied".to_owned(),
                Answered::Said(message) => message,
                Answered::Silence => "silence".to_owned(),
                Answered::NotSent(why) => why,
            };
            assert_eq!(told, expect, "{answer}");
        };
        check("", "silence");
        check("\n", "silence");
        check(r#"{"hookSpecificOutput":{"permissionDecision":"deny"}}"#, "denied");
        check(r#"{"hookSpecificOutput":{"permissionDecision":"allow"}}"#, "something else than a refusal");
        check(
            r#"{"hookSpecificOutput":{"additionalContext":"gatefold only observes here, so .."}}"#,
            "something else than a refusal",
        );
        check(r#"{"systemMessage":"no binary found"}"#, "no binary found");
        check("Compiling\n{}", "something that is no JSON, which the client takes for nothing");
    }
}
