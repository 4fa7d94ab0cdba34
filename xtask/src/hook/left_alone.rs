//! What a change brings about in a policy that it leaves alone: a pattern that matches nothing once the code is gone, for
//! instance. It lies in a file that the agent did not touch, and is its own all the same, if it was not there when it began.

use std::collections::BTreeSet;

use findings::Finding;
use policy::POLICY_FILE;

use super::event::Event;
use super::look;
use super::memory::Memory;
use super::others::Own;
use super::touched::Found;
use crate::gate::{Judgement, judge_scene};

/// Those of these findings that lie in the policy and were not there when the agent began. None where that cannot be told:
/// it began with something uncommitted, or others committed since.
pub(super) fn came<'f>(
    event: &Event,
    judgement: &Judgement,
    memory: &Memory,
    left_alone: Vec<&'f Finding>,
) -> Vec<&'f Finding> {
    let is_of_policy = |finding: &&Finding| finding.file() == Some(POLICY_FILE);
    let of_policy: Vec<&Finding> = left_alone.into_iter().filter(is_of_policy).collect();
    if of_policy.is_empty() {
        return of_policy;
    }
    let before = found_before(event, judgement, memory);
    let is_new =
        |finding: &&Finding| before.as_ref().is_some_and(|before| !before.contains(&finding.fingerprint()));
    of_policy.into_iter().filter(is_new).collect()
}

/// What blocked where the agent began, if all that differs from there is its own.
fn found_before(event: &Event, judgement: &Judgement, memory: &Memory) -> Option<BTreeSet<String>> {
    let base = judgement.scene.change.base_info.commit.as_ref()?;
    let root = &judgement.scene.ask.root;
    let began = memory.began_on.get(judgement.scene.change.top(root).to_str()?)?;
    let since = look::open_since(root, began).ok()?;
    let found = Found::of(root, &since.change);
    if !Own::of(event, &found, &since).has_all(&found) {
        return None;
    }
    let before = judge_scene(look::open_at(root, base, began).ok()?).ok()?;
    Some(before.blocking().iter().map(|finding| finding.fingerprint()).collect())
}
