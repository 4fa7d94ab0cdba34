//! `hook CLIENT`: one event of the client on standard input, one JSON object or nothing on standard output.
//!
//! The contract: whatever arrives, it ends with 0, since clients read 2 as "block" and any other status as "carry on in
//! silence". The one exception is meant: a change of Claude Code's settings that would lose the hooks is refused with 2,
//! the only form that this client was seen to obey there, so a launcher must hand the status on. It answers within its own
//! time limit, never panics outwards, and says once what failed. CI stays the authority.

mod after;
#[allow(dead_code)]
mod answer;
mod before;
pub(crate) mod binary;
mod claude_code;
mod codex;
mod dialect;
#[allow(dead_code)]
mod event;
mod git;
mod install;
mod memory;
mod root;
mod shell;
mod stop;
mod words;

pub(crate) use install::run as install;

use std::ffi::OsString;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use answer::Answer;
use dialect::{CLIENTS, Dialect, Output};
use event::{Event, Step};

use crate::console;

/// The largest event that is read, in bytes.
const MAX_EVENT: u64 = 16 * 1024 * 1024;

/// Answers one event and gives back the status to end with: 0, or 2 where the client is to refuse its new settings.
pub(crate) fn run(arguments: &[OsString]) -> u8 {
    let named = arguments.first().and_then(|client| client.to_str());
    if let Some("--help" | "-h" | "help") = named {
        console::print(HELP);
        return 0;
    }
    if named == Some("git") {
        return git::run(&arguments[1..]);
    }
    let Some(client) = named.and_then(dialect::of) else {
        let known: Vec<_> = CLIENTS.iter().map(|client| format!("`{}`", client.name)).collect();
        console::say(format_args!(
            "gatefold: hook knows the client {}, not `{}`; nothing was judged",
            known.join(" and "),
            named.unwrap_or("nothing").escape_debug()
        ));
        return 0;
    };
    let input = match binary::hand_over(client.name, std::io::stdin().lock(), MAX_EVENT + 1) {
        Ok(status) => return status,
        Err(input) => input,
    };
    let output = respond(client, input.as_slice(), answer_and_remark, Event::limit);
    if let Some(json) = output.json {
        console::print(&format!("{json}\n"));
    }
    if let Some(complaint) = output.complaint {
        console::say(complaint);
    }
    if output.blocks_by_status { 2 } else { 0 }
}

const HELP: &str = "\
Answers one event of a coding agent's client, for use in its hooks.

Usage: gatefold hook claude-code < EVENT
       gatefold hook codex < EVENT
       gatefold hook git pre-commit|pre-push     (see `gatefold hook git --help`)
       gatefold hook install                     (see `gatefold hook install --help`)

  SessionStart         tells the agent the architecture, what is protected, how to run the gate
  PreToolUse           denies writes that would weaken what judges the change
  PostToolBatch        tells what the static guards find in the files that were just written; PostToolUse and
                       PostToolUseFailure do the same for clients without it
  Stop, SubagentStop   sends the agent back while something new blocks; gives way after a few tries
  ConfigChange         refuses settings that would lose the hooks
  SessionEnd           forgets the session

Ends with 0, whatever it is given, and prints one JSON object or nothing; with 2 only to refuse new settings. Try it:

  echo '{\"hook_event_name\": \"SessionStart\", \"cwd\": \"'$PWD'\"}' | gatefold hook claude-code

`ci/claude-code/` has the launcher and the settings.
";

/// Reads an event, answers it, and says it as the client reads it.
fn respond(client: &Dialect, input: impl Read, answer: Answerer, limit: fn(&Event) -> Duration) -> Output {
    match read(client, input) {
        Ok(event) => {
            let name = event.name.clone();
            (client.encode)(&name, &answer_in_time(event, answer, limit))
        }
        Err(reason) => (client.encode)("", &Answer::tell(format!("gatefold: {reason}; nothing was judged"))),
    }
}

fn read(client: &Dialect, input: impl Read) -> Result<Event, String> {
    let mut bytes = Vec::new();
    let read = input.take(MAX_EVENT + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("failed to read the event: {error}"))?;
    if bytes.len() as u64 > MAX_EVENT {
        return Err("the event is larger than 16 MiB".to_owned());
    }
    let value =
        serde_json::from_slice(&bytes).map_err(|error| format!("no event that can be read ({error})"))?;
    (client.decode)(&value).map_err(|reason| format!("no event that can be read ({reason})"))
}

type Answerer = fn(&Event) -> Answer;

/// Answers on a thread of its own. When the time is up, or a fault comes up, the client goes on and the person is told.
fn answer_in_time(event: Event, answer: Answerer, limit: fn(&Event) -> Duration) -> Answer {
    let limit = limit(&event);
    let (send, receive) = mpsc::channel();
    let worker = std::thread::Builder::new().spawn(move || {
        let answer = catch_unwind(AssertUnwindSafe(|| answer(&event)));
        let fault = |_| Answer::tell("gatefold: a fault inside; this step was not judged");
        let _ = send.send(answer.unwrap_or_else(fault));
    });
    if worker.is_err() {
        return Answer::tell("gatefold: the system gives no thread; this step was not judged");
    }
    receive.recv_timeout(limit).unwrap_or_else(|_| {
        Answer::tell(format!("gatefold: not done within {} s; this step was not judged", limit.as_secs()))
    })
}

/// The answer, and where a turn begins or ends what the person should know of the binary that gave it.
fn answer_and_remark(event: &Event) -> Answer {
    let mut answer = answer(event);
    if matches!(event.step, Step::Start { .. } | Step::Stop { .. })
        && let Some(remark) = binary::remark(&event.folder, &event.speaker.session)
    {
        answer.tell = Some(answer.tell.map_or(remark.clone(), |told| format!("{told}\n{remark}")));
    }
    answer
}

fn answer(event: &Event) -> Answer {
    match &event.step {
        Step::Before(call) => before::answer(event, call),
        Step::After(calls) => after::answer(event, calls),
        Step::Stop { waits } => stop::answer(event, *waits),
        Step::Start { .. } | Step::Settings { .. } | Step::End | Step::Other => Answer::nothing(),
    }
}

impl Event {
    /// How long the answer may take: an edit must not be felt, a stop may.
    fn limit(&self) -> Duration {
        match self.step {
            Step::Stop { .. } => Duration::from_secs(45),
            _ => Duration::from_secs(8),
        }
    }
}
