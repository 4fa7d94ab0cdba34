//! What stood open when an agent began, against what it brought: a person's finding in a file that the agent edits is not
//! the agent's to mend, and what its change brings about in a policy that it leaves alone is.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use findings::{Finding, Status};
use policy::POLICY_FILE;

use super::event::Event;
use super::look;
use super::memory::Memory;
use super::others::Own;
use super::touched::Found;
use crate::gate::{Judgement, judge_scene};
use crate::scene::Scene;

/// What stood in a root when an agent began, judged once somebody asks: it takes as long as a judgement of its own.
pub(super) struct Began<'a> {
    now: &'a Judgement,
    /// The commit that has it; `None` where that is not known.
    commit: Option<&'a str>,
    open: OnceCell<Fingerprints>,
    brought: OnceCell<Fingerprints>,
}

/// What is new, or `None` where it cannot be told.
type Fingerprints = Option<BTreeSet<String>>;

impl<'a> Began<'a> {
    pub(super) fn of(now: &'a Judgement, memory: &'a Memory) -> Began<'a> {
        let top = now.scene.change.top(&now.scene.ask.root).to_str();
        let commit = top.and_then(|top| memory.began_on.get(top)).map(String::as_str);
        Began { now, commit, open: OnceCell::new(), brought: OnceCell::new() }
    }

    /// Whether a finding was there, and the agent has brought no other that is alike.
    pub(super) fn had(&self, finding: &Finding) -> bool {
        let print = finding.fingerprint();
        let holds = |found: &Fingerprints| found.as_ref().map(|found| found.contains(&print));
        holds(self.open()) == Some(true) && holds(self.brought()) == Some(false)
    }

    /// What was new then, by the base that judges now.
    fn open(&self) -> &Fingerprints {
        self.open.get_or_init(|| {
            let base = self.now.scene.change.base_info.commit.as_ref()?;
            self.new_in(look::open_at(&self.now.scene.ask.root, base, self.commit?).ok()?)
        })
    }

    /// What is new now, in what differs from then.
    fn brought(&self) -> &Fingerprints {
        self.brought
            .get_or_init(|| self.new_in(look::open_since(&self.now.scene.ask.root, self.commit?).ok()?))
    }

    fn new_in(&self, mut scene: Scene) -> Fingerprints {
        scene.ask.files.clone_from(&self.now.scene.ask.files);
        let judgement = judge_scene(scene).ok()?;
        let new = judgement.report.findings.iter().filter(|judged| judged.status == Status::New);
        Some(new.map(|judged| judged.finding.fingerprint()).collect())
    }

    /// Those of the findings in files that the agent left alone that lie in the policy and were not there when it began: a
    /// pattern that matches nothing once the code is gone, for instance. None where that cannot be told: others committed
    /// since.
    pub(super) fn came<'f>(&self, event: &Event, left_alone: Vec<&'f Finding>) -> Vec<&'f Finding> {
        let is_of_policy = |finding: &&Finding| finding.file() == Some(POLICY_FILE);
        let of_policy: Vec<&Finding> = left_alone.into_iter().filter(is_of_policy).collect();
        if of_policy.is_empty() || !self.is_all_its_own(event) {
            return Vec::new();
        }
        let is_new = |finding: &&Finding| {
            self.open().as_ref().is_some_and(|open| !open.contains(&finding.fingerprint()))
        };
        of_policy.into_iter().filter(is_new).collect()
    }

    /// Whether all that differs from then is the agent's.
    fn is_all_its_own(&self, event: &Event) -> bool {
        let root = &self.now.scene.ask.root;
        let since = self.commit.and_then(|commit| look::open_since(root, commit).ok());
        since.is_some_and(|since| {
            let found = Found::of(root, &since.change);
            Own::of(event, &found, &since).has_all(&found)
        })
    }
}
