//! When the agent wants to end: the static gate on the whole change, with a guard against going round for ever.

use std::collections::BTreeSet;

use findings::{Finding, Outcome};

use super::after::judge_for_hook;
use super::answer::{Answer, Verdict};
use super::event::Event;
use super::memory::Memory;
use super::{root, words};
use crate::gate::Judgement;

/// How often an agent is sent back for the same findings.
const TRIES: u32 = 3;
/// How often a session is sent back at all.
const BLOCKS: u32 = 6;

/// Sends the agent back while something new blocks. The client's own limit counts anew after every use of a tool, so
/// the count is kept here.
pub(crate) fn answer(event: &Event, waits: bool) -> Answer {
    if waits {
        return Answer::nothing();
    }
    let mut judged = Vec::new();
    for root in root::all(&event.folder) {
        match judge_for_hook(&root, None) {
            Ok(judgement) => judged.push(judgement),
            Err(message) => return Answer::tell(format!("gatefold could not look: {message}")),
        }
    }
    let blind = judged
        .iter()
        .flat_map(|judgement| &judgement.report.guards)
        .find(|run| run.outcome == Outcome::CouldNotRun);
    let blocking: Vec<&Finding> = judged.iter().flat_map(Judgement::blocking).collect();
    if blocking.is_empty() {
        return match blind {
            Some(run) => Answer::tell(format!(
                "gatefold: {} could not look: {}",
                run.guard,
                run.reason.as_deref().unwrap_or("no reason given")
            )),
            None => Answer::nothing(),
        };
    }
    let now: BTreeSet<String> = blocking.iter().map(|finding| finding.fingerprint()).collect();
    let mut memory = Memory::recall(&event.folder, &event.speaker);
    memory.tries = if memory.blocked == now { memory.tries + 1 } else { 1 };
    memory.blocked = now;
    memory.blocks += 1;
    memory.keep(&event.folder, &event.speaker);
    if memory.tries > TRIES || memory.blocks > BLOCKS {
        return Answer::tell(format!(
            "gatefold: {} still open after several tries; the gate in CI will block this change",
            words::counted(&blocking)
        ));
    }
    Verdict::GoOn(format!(
        "gatefold: {} that this change brings and that block it\n{}\
         mend them, then run `cargo xtask gate` to see that nothing is left. What the base has already is not counted. \
         If one of them must stay as it is, say so in your last message: only a person can approve it.\n",
        words::counted(&blocking),
        words::findings(&blocking)
    ))
    .into()
}
