//! What the guards that judge one side find at the base: what is found there too, no change brought.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, ScopedJoinHandle};

use findings::{Checked, Finding, Kept};
use policy::POLICY_FILE;
use source::Code;

use crate::answer::{Answer, fault};
use crate::guards;
use crate::looked;
use crate::scene::Scene;
use crate::touched;

/// What was found at the base, and the guards that could not look there, with their reasons.
#[derive(Debug, Default)]
pub(crate) struct AtBase {
    pub(crate) found: Vec<Finding>,
    pub(crate) failed: Vec<(&'static str, String)>,
}

/// What the guards find at the base. What lints alone find there is kept: a commit stays as it is.
pub(crate) fn find(scene: &Scene) -> AtBase {
    let Some(commit) = of_lints(scene).filter(|_| is_of_lints_alone(scene)) else { return look(scene) };
    let find = || {
        let at_base = look(scene);
        match at_base.failed.is_empty() && is_whole(&at_base.found) {
            true => Ok(at_base.found.iter().map(Kept::of).collect()),
            false => Err(at_base),
        }
    };
    match scene.ask.cache.answer("base", (commit.id, &commit.asked), find) {
        Ok(kept) => match restored(kept, scene) {
            Some(found) => AtBase { found, failed: Vec::new() },
            None => look(scene),
        },
        Err(at_base) => at_base,
    }
}

/// A commit, with all that beside it decides what lints find there.
struct Commit<'s> {
    id: &'s str,
    asked: String,
}

/// The base for lints: by its own policy, the build, and the day. None where head's policy or another tool has a say.
fn of_lints(scene: &Scene) -> Option<Commit<'_>> {
    let id = scene.change.base_info.commit.as_deref()?;
    let is_static = scene.ask.tier.is_static() && !scene.ask.tier.is_live();
    let files = touched::at_base(scene.ask.files.as_deref(), &scene.change);
    let asked = (scene.prefix(), &scene.ask.only, files, scene.ask.today.date());
    (is_static && !scene.change.touched(POLICY_FILE)).then(|| Commit { id, asked: format!("{asked:?}") })
}

/// Whether no other guard that judges one side is asked.
fn is_of_lints_alone(scene: &Scene) -> bool {
    match scene.ask.files.as_deref() {
        Some(files) => touched::asks_of_few_files(Some(files), &scene.change),
        None => ["arch", "contracts"].iter().all(|guard| !scene.ask.wants(guard)),
    }
}

/// Whether nothing is missing that may be there the next time, as an object that is fetched later.
fn is_whole(found: &[Finding]) -> bool {
    !found.iter().any(|finding| finding.rule.says_not_looked_at())
}

fn restored(kept: Vec<Kept>, scene: &Scene) -> Option<Vec<Finding>> {
    kept.into_iter().map(|kept| kept.restored(&scene.rules)).collect()
}

/// What lints find at the base, where others are asked beside them.
fn lints(scene: &Scene, code: &Code) -> Answer {
    let ask = || guards::ask_at_base("lints", scene, code);
    let Some(commit) = of_lints(scene) else { return ask() };
    let find = || match ask() {
        Answer::Checked(checked) if is_whole(&checked.findings) => {
            Ok(checked.findings.iter().map(Kept::of).collect())
        }
        answer => Err(answer),
    };
    match scene.ask.cache.answer("lints of the base", (commit.id, &commit.asked), find) {
        Ok(kept) => match restored(kept, scene) {
            Some(findings) => Answer::Checked(Checked { findings, ..Checked::default() }),
            None => ask(),
        },
        Err(answer) => answer,
    }
}

fn look(scene: &Scene) -> AtBase {
    let Some(code) = scene.base_code() else { return AtBase::default() };
    let ask = |name: &'static str| {
        let answer = catch_unwind(AssertUnwindSafe(|| match name {
            "lints" => lints(scene, code),
            _ => guards::ask_at_base(name, scene, code),
        }));
        answer.unwrap_or_else(|panic| Answer::CouldNotRun(fault(&*panic)))
    };
    let answers: Vec<(&'static str, Answer)> = thread::scope(|scope| {
        let threads: Vec<_> =
            guards::NAMES.iter().map(|name| (*name, scope.spawn(move || ask(name)))).collect();
        let join = |thread: ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| Answer::CouldNotRun(fault(&*panic)))
        };
        threads.into_iter().map(|(name, thread)| (name, join(thread))).collect()
    });
    let mut at_base = AtBase { found: looked::unread(code), failed: Vec::new() };
    for (name, answer) in answers {
        match answer {
            Answer::Checked(checked) => at_base.found.extend(checked.findings),
            Answer::CouldNotRun(reason) => at_base.failed.push((name, reason)),
            Answer::Partly(checked, reason) => {
                at_base.found.extend(checked.findings);
                at_base.failed.push((name, reason));
            }
            Answer::NotAsked(_) | Answer::NotConfigured(_) => {}
        }
    }
    at_base
}
