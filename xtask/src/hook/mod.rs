//! `hook claude-code`: one event of the client on standard input, one JSON object or nothing on standard output.
//!
//! The contract: it always ends with 0, since the client reads 2 as "block" and any other status as "carry on in
//! silence"; it answers within its own time limit; it never panics outwards; what it says is short. What it prints
//! comes from a run that was not finished, so CI stays the authority.

mod after;
mod before;
mod event;
mod memory;
mod reply;
mod root;
mod shell;
mod stop;
mod words;

use std::ffi::OsString;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use event::{Event, Kind};
use reply::Reply;

use crate::console;

/// The largest event that is read, in bytes.
const MAX_EVENT: u64 = 16 * 1024 * 1024;

/// Answers one event. Always 0.
pub(crate) fn run(arguments: &[OsString]) -> u8 {
    match arguments.first().and_then(|client| client.to_str()) {
        Some("claude-code") => {}
        Some("--help" | "-h") => console::print(HELP),
        other => {
            let client = other.unwrap_or("nothing");
            console::say(format_args!(
                "gatefold: hook knows the client `claude-code`, not `{client}`; nothing was judged"
            ));
        }
    }
    if arguments.first().is_some_and(|client| client == "claude-code")
        && let Some(event) = read_event()
    {
        let reply = answer_in_time(event);
        if let Some(json) = reply.json() {
            console::print(&format!("{json}\n"));
        }
    }
    0
}

const HELP: &str = "\
Answers one event of a coding agent's client, for use in its hooks.

Usage: gatefold hook claude-code < EVENT

  PreToolUse           denies writes that would weaken what judges the change
  PostToolBatch        tells what the static guards find in the files that were just written
  Stop, SubagentStop   sends the agent back while something new blocks; gives way after a few tries

Always ends with 0 and prints one JSON object or nothing. `ci/claude-code/` has the launcher and the settings.
";

fn read_event() -> Option<Event> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_EVENT + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > MAX_EVENT {
        console::say("gatefold: the event is larger than 16 MiB; nothing was judged");
        return None;
    }
    match Event::parse(&bytes) {
        Ok(event) => Some(event),
        Err(reason) => {
            console::say(format_args!("gatefold: no event that can be read ({reason}); nothing was judged"));
            None
        }
    }
}

/// Answers on a thread of its own. When the time is up, or a fault comes up, the client goes on and the user is told.
fn answer_in_time(event: Event) -> Reply {
    let limit = event.limit();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let reply = catch_unwind(AssertUnwindSafe(|| answer(&event)));
        let fault = |_| Reply::tell("gatefold: a fault inside; this step was not judged");
        let _ = send.send(reply.unwrap_or_else(fault));
    });
    receive.recv_timeout(limit).unwrap_or_else(|_| {
        Reply::tell(format!("gatefold: not done within {} s; this step was not judged", limit.as_secs()))
    })
}

fn answer(event: &Event) -> Reply {
    match &event.kind {
        Kind::Before(call) => before::answer(event, call),
        Kind::After(calls) => after::answer(event, calls),
        Kind::Stop { waits } => stop::answer(event, *waits),
        Kind::Other => Reply::Nothing,
    }
}

impl Event {
    /// How long the answer may take: an edit must not be felt, a stop may.
    fn limit(&self) -> Duration {
        match self.kind {
            Kind::Stop { .. } => Duration::from_secs(45),
            _ => Duration::from_secs(8),
        }
    }
}
