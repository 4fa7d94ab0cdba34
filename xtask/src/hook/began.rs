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
use super::touched::{Found, Stamps};
use crate::gate::{Judgement, judge_scene};
use crate::scene::Scene;

/// What stood in a root when an agent began, judged once somebody asks.
pub(super) struct Began<'a> {
    now: &'a Judgement,
    /// The commit that has it; `None` where that is not known.
    commit: Option<&'a str>,
    /// What differed then from the base.
    differed: Option<&'a Stamps>,
    found: &'a Found,
    /// What is asked about one after the other, until it is known.
    looks: Vec<Look>,
}

/// Both sides of that moment.
#[derive(Default)]
struct Look {
    /// Only these files, as after an edit; `None` means all, which takes as long as a judgement of its own.
    files: Option<Vec<String>>,
    open: OnceCell<Fingerprints>,
    brought: OnceCell<Fingerprints>,
}

/// What is new, or `None` where it cannot be told.
type Fingerprints = Option<BTreeSet<String>>;

impl<'a> Began<'a> {
    pub(super) fn of(now: &'a Judgement, found: &'a Found, memory: &'a Memory) -> Began<'a> {
        let commit = memory.began_on.get(&found.folder).map(String::as_str);
        let differed = memory.began.get(&found.folder);
        let looks = vec![Look { files: now.scene.ask.files.clone(), ..Look::default() }];
        Began { now, commit, differed, found, looks }
    }

    /// The findings that the agent brought: not what was there, unless it has brought another that is alike.
    pub(super) fn but_for_what_was_there<'f>(&mut self, brought: Vec<&'f Finding>) -> Vec<&'f Finding> {
        let files: BTreeSet<&str> = brought.iter().filter_map(|finding| finding.file()).collect();
        let files: Vec<String> =
            files.into_iter().filter(|file| self.differed(file)).map(str::to_owned).collect();
        if self.now.scene.ask.files.is_none() && !files.is_empty() {
            self.looks.insert(0, Look { files: Some(files), ..Look::default() });
        }
        brought.into_iter().filter(|finding| !self.had(finding)).collect()
    }

    /// Whether a file that a finding names was otherwise then than the base has it.
    fn differed(&self, file: &str) -> bool {
        self.differed.is_some_and(|before| before.contains_key(&self.found.path_of(file)))
    }

    fn had(&self, finding: &Finding) -> bool {
        let something = self.differed.is_some_and(|before| !before.is_empty());
        if !finding.file().map_or(something, |file| self.differed(file)) {
            return false;
        }
        let print = finding.fingerprint();
        for look in &self.looks {
            match self.brought(look) {
                Some(brought) if !brought.contains(&print) => {}
                _ => return false,
            }
            if self.open(look).as_ref().is_some_and(|open| open.contains(&print)) {
                return true;
            }
        }
        false
    }

    /// What was new then, by the base that judges now.
    fn open<'l>(&self, look: &'l Look) -> &'l Fingerprints {
        look.open.get_or_init(|| {
            let base = self.now.scene.change.base_info.commit.as_ref()?;
            new_in(look::open_at(&self.now.scene.ask.root, base, self.commit?).ok()?, look)
        })
    }

    /// What is new now, in what differs from then.
    fn brought<'l>(&self, look: &'l Look) -> &'l Fingerprints {
        look.brought
            .get_or_init(|| new_in(look::open_since(&self.now.scene.ask.root, self.commit?).ok()?, look))
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
            let open = self.looks.last().and_then(|all| self.open(all).as_ref());
            open.is_some_and(|open| !open.contains(&finding.fingerprint()))
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

fn new_in(mut scene: Scene, look: &Look) -> Fingerprints {
    scene.ask.files.clone_from(&look.files);
    let judgement = judge_scene(scene).ok()?;
    let new = judgement.report.findings.iter().filter(|judged| judged.status == Status::New);
    Some(new.map(|judged| judged.finding.fingerprint()).collect())
}
