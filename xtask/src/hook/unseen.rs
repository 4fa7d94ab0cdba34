//! What keeps Gatefold from looking. An agent that brought it mends it, within the bounds of the guard against going round
//! for ever; what was so when the agent began is the person's, and is only said.

use std::collections::BTreeMap;
use std::path::PathBuf;

use findings::digest;
use policy::POLICY_FILE;
use source::OpenError;

use super::answer::{Answer, Verdict};
use super::event::{Event, Step};
use super::memory::Memory;
use super::stop;

/// What is said where git waits for a file without end.
pub(super) fn waits(event: &Event, file: PathBuf) -> Answer {
    let failed = OpenError::Awaited(file).to_string();
    let mut memory = Memory::recall(event);
    match event.step {
        Step::Stop { waits: false, .. } => at_end(event, memory, &failed),
        Step::After(_) => {
            let answer = after_tools(&mut memory, &failed);
            memory.keep(event);
            answer
        }
        _ => {
            let told = memory.once(said(&failed));
            memory.keep(event);
            Answer { verdict: Verdict::Nothing, tell: told }
        }
    }
}

/// Sends the agent back, or lets it go.
pub(super) fn at_end(event: &Event, mut memory: Memory, failed: &str) -> Answer {
    if memory.could_not_look_before(failed) {
        let tell = memory.once(format!("gatefold could not look, as when this session began: {failed}"));
        memory.keep(event);
        return Answer { verdict: Verdict::Nothing, tell };
    }
    let back = format!(
        "gatefold could not look, so nothing was judged, and CI will fail: {failed}. {}. If you cannot, say so in your last \
         message.",
        instead(failed)
    );
    let gone = format!(
        "gatefold could not look, and the agent is let go; CI will fail until that is mended: {failed}"
    );
    stop::sent(event, memory, (&digest(failed.as_bytes()), &BTreeMap::new()), (back, gone))
}

/// Tells the agent once what its last step did; the person, where it was so before.
pub(super) fn after_tools(memory: &mut Memory, failed: &str) -> Answer {
    let was_before = memory.could_not_look_before(failed);
    let Some(said) = memory.once(said(failed)) else { return Answer::nothing() };
    match was_before {
        true => Answer::tell(said),
        false => Verdict::Context(format!("{said}. {}.", instead(failed))).into(),
    }
}

fn said(failed: &str) -> String {
    format!("gatefold could not look: {failed}")
}

/// What mends it, as far as that can be told from what is said of it.
fn instead(failed: &str) -> &'static str {
    if failed.ends_with("git waits for it without end") {
        "Put a file there that git can read, or none"
    } else if failed.contains("&& git reset") {
        "Run that"
    } else if failed.contains(POLICY_FILE) {
        "Mend the policy, or put the committed one back: `git checkout -- gatefold.yaml` in its folder"
    } else {
        "Undo what brought it: `git status` and `gatefold doctor` say more"
    }
}
