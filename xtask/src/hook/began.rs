//! What stood open before an agent came to it, against what it brought: a person's finding in a file that the agent edits is
//! not the agent's to mend, and what its change brings about in a policy that it leaves alone is.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use findings::{Finding, Outcome, Status};
use policy::POLICY_FILE;

use super::event::Event;
use super::look;
use super::memory::{self, Memory};
use super::others::Own;
use super::touched::{Found, Stamps};
use crate::gate::{Judgement, judge_scene};
use crate::guards;
use crate::scene::Scene;

/// Guards whose findings lie in what head has alone: what the base has alike is known there, wherever it was moved.
const OF_HEAD: [&str; 2] = ["lints", "arch"];

/// What an agent found in a root, judged once somebody asks.
pub(super) struct Began<'a> {
    event: &'a Event,
    now: &'a Judgement,
    /// What differed from the base when it began.
    differed: Option<&'a Stamps>,
    /// What stood there then, as far as that is known.
    then: Option<Moment>,
}

/// A commit that has what was not the agent's.
struct Moment {
    commit: String,
    /// The guards that are asked; empty means all.
    only: Vec<String>,
    /// What is asked one after the other, until it is known. After an edit that is about its files, else about those that have
    /// findings and then about all, which takes as long as a judgement of its own.
    looks: Vec<Look>,
}

/// Both sides of a moment; `None` where they cannot be told.
#[derive(Default)]
struct Look {
    /// The files that are looked at, as after an edit; `None` means all.
    files: Option<Vec<String>>,
    /// What was new then, by the base that judges now.
    open: OnceCell<Option<Vec<Finding>>>,
    /// What is new now, in what differs from then.
    brought: OnceCell<Option<Vec<Finding>>>,
}

impl<'a> Began<'a> {
    pub(super) fn of(
        event: &'a Event,
        now: &'a Judgement,
        found: &'a Found,
        memory: &'a Memory,
    ) -> Began<'a> {
        let differed = memory.began.get(&found.folder);
        let then = memory.began_on.get(&found.folder).map(|commit| Moment::of(commit, &[], [None]));
        Began { event, now, differed, then }
    }

    /// The findings that the agent brought: not what was there when it began, nor what others committed that it went on
    /// with, unless it has brought another that is alike.
    pub(super) fn but_for_what_was_there<'f>(&self, brought: Vec<&'f Finding>) -> Vec<&'f Finding> {
        if brought.is_empty() {
            return brought;
        }
        let moments = self.moments(&brought);
        brought
            .into_iter()
            .filter(|finding| !moments.iter().any(|moment| self.had(moment, finding)))
            .collect()
    }

    /// What stood there when the agent began, if anything differed from the base, and what others had committed, for who asks
    /// about these findings.
    fn moments(&self, findings: &[&Finding]) -> Vec<Moment> {
        let Judgement { scene, .. } = self.now;
        let files: BTreeSet<&str> = findings.iter().filter_map(|finding| finding.file()).collect();
        let files: Vec<String> = files.into_iter().map(str::to_owned).collect();
        let only = guards_of(findings);
        let differed = self.differed.is_some_and(|before| !before.is_empty());
        let then = self.then.as_ref().filter(|_| differed).map(|then| then.commit.as_str());
        let tips = memory::tips(self.event);
        let others = source::resting_on(&scene.ask.root, &scene.change, &tips, then).unwrap_or_default();
        let of = |commit: &str| match &scene.ask.files {
            Some(edited) => Moment::of(commit, &only, [Some(edited.clone())]),
            None => Moment::of(commit, &only, [Some(files.clone()), None]),
        };
        then.into_iter().chain(others.iter().map(String::as_str)).map(of).collect()
    }

    fn had(&self, moment: &Moment, finding: &Finding) -> bool {
        let Judgement { scene, .. } = self.now;
        let print = finding.fingerprint();
        let is_it = |other: &Finding| other.fingerprint() == print;
        let is_beside =
            |other: &Finding| other.rule.guard == finding.rule.guard && other.file() == finding.file();
        let of_head = OF_HEAD.contains(&finding.rule.guard);
        let is_same_policy = !scene.change.touched(POLICY_FILE);
        for look in &moment.looks {
            let Some(brought) = self.brought(moment, look) else { return false };
            // Against another base, what compares both sides says the same in other words.
            if brought.iter().any(|other| is_it(other) || !of_head && is_beside(other)) {
                return false;
            }
            let is_sure = of_head && is_same_policy && look.files == scene.ask.files;
            if is_sure || self.open(moment, look).iter().any(is_it) {
                return true;
            }
        }
        // What was moved since was told of where it lay.
        let is_alike = |other: &Finding| !of_head && other.rule.id == finding.rule.id;
        moment.looks.last().is_some_and(|look| self.open(moment, look).iter().any(is_alike))
    }

    /// Nothing, where it cannot be told.
    fn open<'l>(&self, moment: &Moment, look: &'l Look) -> &'l [Finding] {
        let opened = || {
            let base = self.now.scene.change.base_info.commit.as_ref()?;
            let mut scene = look::open_at(&self.now.scene.ask.root, base, &moment.commit).ok()?;
            (scene.ask.only, scene.ask.files) = (moment.only.clone(), look.files.clone());
            new_in(scene)
        };
        look.open.get_or_init(opened).as_deref().unwrap_or_default()
    }

    fn brought<'l>(&self, moment: &Moment, look: &'l Look) -> Option<&'l [Finding]> {
        let opened = || {
            let (only, files) = (moment.only.clone(), look.files.clone());
            new_in(look::against(&self.now.scene, &moment.commit, only, files).ok()?)
        };
        look.brought.get_or_init(opened).as_deref()
    }

    /// Those of the findings in files that the agent left alone that lie in the policy and were not there when it began: a
    /// pattern that matches nothing once the code is gone, for instance. None where that cannot be told: others committed
    /// since.
    pub(super) fn came<'f>(&self, left_alone: Vec<&'f Finding>) -> Vec<&'f Finding> {
        let is_of_policy = |finding: &&Finding| finding.file() == Some(POLICY_FILE);
        let of_policy: Vec<&Finding> = left_alone.into_iter().filter(is_of_policy).collect();
        let Some(then) = self.then.as_ref().filter(|then| !of_policy.is_empty() && self.is_all_since(then))
        else {
            return Vec::new();
        };
        let brought = then.looks.last().and_then(|all| self.brought(then, all)).unwrap_or_default();
        let is_new =
            |finding: &&Finding| brought.iter().any(|new| new.fingerprint() == finding.fingerprint());
        of_policy.into_iter().filter(is_new).collect()
    }

    /// Whether all that differs from then is the agent's.
    fn is_all_since(&self, then: &Moment) -> bool {
        let root = &self.now.scene.ask.root;
        look::against(&self.now.scene, &then.commit, Vec::new(), None).is_ok_and(|since| {
            let found = Found::of(root, &since.change);
            Own::of(self.event, &found, &since).has_all(&found)
        })
    }
}

impl Moment {
    fn of<const N: usize>(commit: &str, only: &[String], looks: [Option<Vec<String>>; N]) -> Moment {
        let looks = looks.map(|files| Look { files, ..Look::default() }).into();
        Moment { commit: commit.to_owned(), only: only.to_owned(), looks }
    }
}

/// The guards that have to be asked again about findings: all, where one belongs to none that could be asked alone.
fn guards_of(findings: &[&Finding]) -> Vec<String> {
    let guards: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.guard).collect();
    match guards.iter().all(|guard| guards::NAMES.contains(guard)) {
        true => guards.into_iter().map(str::to_owned).collect(),
        false => Vec::new(),
    }
}

fn new_in(scene: Scene) -> Option<Vec<Finding>> {
    let report = judge_scene(scene).ok()?.report;
    if report.guards.iter().any(|run| run.outcome == Outcome::CouldNotRun) {
        return None;
    }
    let new = report.findings.into_iter().filter(|judged| judged.status == Status::New);
    Some(new.map(|judged| judged.finding).collect())
}
