//! `hook CLIENT`: one event of the client on standard input, one JSON object or nothing on standard output.
//!
//! The contract: whatever arrives, it ends with 0, since clients read 2 as "block" and any other status as "carry on in
//! silence". The one exception is meant: a change of Claude Code's settings that would lose the hooks is refused with 2,
//! the only form that this client was seen to obey there, so a launcher must hand the status on. It answers within its own
//! time limit, never panics outwards, and says once what failed. CI stays the authority.

mod after;
mod answer;
mod before;
mod began;
mod began_elsewhere;
pub(crate) mod binary;
mod claude_code;
mod codex;
#[cfg(test)]
mod contract;
mod dialect;
mod event;
mod git;
mod input;
mod install;
mod judging;
mod let_go;
pub(crate) mod look;
mod memory;
mod others;
mod patience;
mod root;
mod settings;
mod start;
mod stop;
mod touched;
mod unseen;
mod witness;
mod words;

pub(crate) use install::run as install;

use std::ffi::OsString;
use std::io::{IsTerminal, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use answer::{Answer, Verdict};
use dialect::{CLIENTS, Dialect, Output};
use event::{Event, Step};
use input::{MAX_EVENT, Unread};
use memory::Memory;

use crate::console;
use crate::waiting::{LONG, awaited};

/// Answers one event and gives back the status to end with: 0, or 2 where the client is to refuse its new settings.
pub(crate) fn run(arguments: &[OsString]) -> u8 {
    let named = arguments.first().and_then(|client| client.to_str());
    if named == Some("git") {
        return git::run(&arguments[1..]);
    }
    // Who may write the git folder can do worse there; CI looks again.
    source::trust_objects();
    let client = named.and_then(dialect::of);
    let hear = || {
        // A person has no event to give, and none is waited for.
        if asks_for_help(arguments) || client.is_some() && std::io::stdin().is_terminal() {
            return help();
        }
        let hand_over =
            |client: &Dialect| binary::hand_over(client.name, std::io::stdin().lock(), MAX_EVENT + 1);
        match client.map(hand_over) {
            // Another binary answered.
            Some(Ok(status)) => Said { status, ..Said::default() },
            Some(Err(input)) => {
                let whole = input.chain(std::io::stdin().lock());
                hear(arguments, whole, answer_and_remark, Event::limit)
            }
            None => hear(arguments, std::io::empty(), answer, Event::limit),
        }
    };
    let said = catch_unwind(AssertUnwindSafe(hear)).unwrap_or_else(|_| Said {
        stderr: Some("gatefold: a fault inside; nothing was judged".to_owned()),
        ..Said::default()
    });
    console::print(&said.stdout);
    if let Some(text) = said.stderr {
        console::say(text);
    }
    said.status
}

/// Whether a person asks what this is, of all clients or of one. No client says anything behind its name.
fn asks_for_help(arguments: &[OsString]) -> bool {
    let asks = |argument: &OsString| ["--help", "-h", "help"].iter().any(|word| argument == word);
    arguments.iter().take(2).any(asks)
}

/// What a run leaves behind.
#[derive(Debug, Default)]
struct Said {
    stdout: String,
    stderr: Option<String>,
    status: u8,
}

/// All that a run does but printing, with what judges given, so that a test can hand in what fails.
fn hear(arguments: &[OsString], input: impl Read, answer: Answerer, limit: Limit) -> Said {
    let named = arguments.first().and_then(|client| client.to_str());
    if asks_for_help(arguments) {
        return help();
    }
    let Some(client) = named.and_then(dialect::of) else {
        let known: Vec<_> = CLIENTS.iter().map(|client| format!("`{}`", client.name)).collect();
        let known = known.join(" and ");
        let text = match named {
            Some(named) => format!(
                "gatefold: hook knows the client {known}, not `{}`; nothing was judged. `gatefold hook --help` says what there is",
                named.chars().take(40).collect::<String>().escape_debug()
            ),
            None => ALONE.to_owned(),
        };
        return Said { stderr: Some(text), ..Said::default() };
    };
    let output = respond(client, input, answer, limit);
    Said {
        stdout: output.json.map(|json| format!("{json}\n")).unwrap_or_default(),
        stderr: output.complaint,
        status: if output.blocks_by_status { 2 } else { 0 },
    }
}

fn help() -> Said {
    Said { stdout: HELP.to_owned(), ..Said::default() }
}

const ALONE: &str = "\
gatefold: `hook` answers a client or git, and nobody is named; nothing was judged. There are
  gatefold hook install                       puts this binary where hooks look for it, once a clone
  gatefold hook claude-code, hook codex       answers one event of the client, on standard input
  gatefold hook git pre-commit, pre-push      answers git
Try it: echo '{\"hook_event_name\": \"SessionStart\", \"cwd\": \"'$PWD'\"}' | gatefold hook claude-code
`gatefold hook --help` says more.";

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
  SessionEnd           forgets the session, unless something in it is open: it may be resumed

Ends with 0, whatever it is given, and prints one JSON object or nothing; with 2 only to refuse new settings. An event from a folder
that is not there, or that lies in no repository and below no gatefold.yaml, is about nothing that is judged, and is answered with
nothing. Try it:

  echo '{\"hook_event_name\": \"SessionStart\", \"cwd\": \"'$PWD'\"}' | gatefold hook claude-code

`ci/claude-code/` has the launcher and the settings.
";

/// Judges an event.
type Answerer = fn(&Event) -> Answer;
/// How long that may take.
type Limit = fn(&Event) -> Duration;

/// Reads an event, answers it, and says it as the client reads it.
fn respond(client: &Dialect, input: impl Read, answer: Answerer, limit: Limit) -> Output {
    match input::read(client, input) {
        Ok(event) => {
            let event = Arc::new(memory::standing(event));
            let answer = answer_in_time(&event, answer, limit(&event));
            (client.encode)(&event.name, &answer)
        }
        Err(Unread::Before(reason)) => (client.encode)(input::BEFORE, &Verdict::Deny(reason).into()),
        Err(Unread::Told(reason)) => {
            (client.encode)("", &Answer::tell(format!("gatefold: {reason}; nothing was judged")))
        }
    }
}

/// Answers on a thread of its own. When the time is up, or a fault comes up, the client goes on and the person is told.
/// What git would wait for without end is answered before.
fn answer_in_time(event: &Arc<Event>, answer: Answerer, limit: Duration) -> Answer {
    let (send, receive) = mpsc::channel();
    let judged = Arc::clone(event);
    let worker = std::thread::Builder::new().spawn(move || {
        let _ = send.send(catch_unwind(AssertUnwindSafe(|| answer(&judged))).ok());
    });
    let wait = || match receive.recv_timeout(limit.min(LONG)) {
        Err(RecvTimeoutError::Timeout) => match awaited(&event.folder) {
            Some(file) => Ok(Some(unseen::waits(event, file))),
            None => receive.recv_timeout(limit.saturating_sub(LONG)),
        },
        received => received,
    };
    let failed = match worker.map(|_| wait()) {
        Ok(Ok(Some(answer))) => return answer,
        Ok(Ok(None) | Err(RecvTimeoutError::Disconnected)) => "a fault inside".to_owned(),
        Ok(Err(RecvTimeoutError::Timeout)) => format!("not done within {} s", limit.as_secs()),
        Err(error) => format!("the system gives no thread ({error})"),
    };
    once(event, format!("gatefold: {failed}; steps like `{}` are not judged", event.name.escape_debug()))
}

/// Tells the person, unless it was told in this session.
fn once(event: &Event, text: String) -> Answer {
    let mut memory = Memory::recall(event);
    let Some(text) = memory.once(text) else { return Answer::nothing() };
    memory.keep(event);
    Answer::tell(text)
}

/// The answer; what is to be known of a repository in which the session did not begin; and where a turn begins or ends what
/// the person should know of the binary that answered.
fn answer_and_remark(event: &Event) -> Answer {
    let mut answer = answer(event);
    if matches!(event.step, Step::After(_) | Step::Stop { waits: false, .. })
        && let Some(text) = began_elsewhere::told(event)
        && let Some(text) = once(event, text).tell
    {
        answer = answer.and_both_hear(text);
    }
    if matches!(event.step, Step::Start { .. } | Step::Stop { .. })
        && let Some(remark) = binary::remark(&event.folder, &event.speaker.session)
    {
        answer.tell = Some(answer.tell.map_or(remark.clone(), |told| format!("{told}\n{remark}")));
    }
    answer
}

/// The answer, by the repository around as well where the event came from one that was made inside after the session began:
/// that takes nothing out of what is judged.
fn answer(event: &Event) -> Answer {
    let here = answer_here(event);
    if !matches!(here.verdict, Verdict::Nothing | Verdict::Context(_)) {
        return here;
    }
    let Some(outer) = memory::began_around(event) else { return here };
    let Some(around) = event.seen_from(outer.clone()).map(|event| answer_here(&event)) else { return here };
    let and_where = |text: String| {
        let place = outer.display();
        format!("gatefold: in `{place}`, where this session began and this repository was made:\n{text}")
    };
    let verdict = match (here.verdict, around.verdict) {
        (Verdict::Nothing, Verdict::GoOn(text)) => Verdict::GoOn(and_where(text)),
        (Verdict::Nothing, Verdict::Context(text)) => Verdict::Context(and_where(text)),
        (Verdict::Context(here), Verdict::Context(text)) => {
            Verdict::Context(format!("{here}\n{}", and_where(text)))
        }
        (here, _) => here,
    };
    Answer { verdict, tell: here.tell.or(around.tell) }
}

fn answer_here(event: &Event) -> Answer {
    match &event.step {
        Step::Before(call) => before::answer(event, call),
        Step::After(calls) => after::answer(event, calls),
        Step::Stop { waits, .. } => stop::answer(event, *waits),
        Step::Start { agent } => start::answer(event, *agent),
        Step::Settings { file } => settings::answer(event, file.as_deref()),
        Step::End => {
            // Who resumes the session finds open what was open.
            if !Memory::recall(event).has_open() {
                memory::forget(&event.folder, &event.speaker.session);
                witness::forget(&event.speaker.session);
            }
            Answer::nothing()
        }
        Step::Other => Answer::nothing(),
    }
}

/// A binary that was built without optimisation, as tests start it beside each other, takes many times as long.
const PATIENCE: u32 = if cfg!(debug_assertions) { 15 } else { 1 };

impl Event {
    /// How long the answer may take before it counts as hanging: less than clients wait by the settings that are handed out.
    fn limit(&self) -> Duration {
        let seconds = match self.step {
            Step::Stop { .. } => 45,
            _ => 8,
        };
        Duration::from_secs(seconds) * PATIENCE
    }
}
