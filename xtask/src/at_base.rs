//! What the guards that judge one side find at the base: what is found there too, no change brought.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, ScopedJoinHandle};

use findings::{Finding, Kept};
use policy::{POLICY_FILE, rules};

use crate::answer::{Answer, fault};
use crate::guards;
use crate::scene::{Scene, problems};
use crate::touched;

/// What was found at the base, and the guards that could not look there, with their reasons.
#[derive(Debug, Default)]
pub(crate) struct AtBase {
    pub(crate) found: Vec<Finding>,
    pub(crate) failed: Vec<(&'static str, String)>,
}

/// What the guards find at the base. What they find in a few files of a commit is kept: a commit stays as it is.
pub(crate) fn find(scene: &Scene) -> AtBase {
    let Some((commit, asked)) = few_files_of_a_commit(scene) else { return look(scene) };
    let find = || {
        let at_base = look(scene);
        match at_base.is_whole() {
            true => Ok(at_base.found.iter().map(Kept::of).collect()),
            false => Err(at_base),
        }
    };
    let restored = |kept: Vec<Kept>| kept.into_iter().map(|kept| kept.restored(&scene.rules)).collect();
    match scene.ask.cache.answer("base", (commit, &asked), find) {
        Ok(kept) => match restored(kept) {
            Some(found) => AtBase { found, failed: Vec::new() },
            None => look(scene),
        },
        Err(at_base) => at_base,
    }
}

/// The commit, and all that beside it decides what is found, where nothing but lints is asked about files that were just
/// written: by the policy of the base, the build, and the day.
fn few_files_of_a_commit(scene: &Scene) -> Option<(&str, String)> {
    let commit = scene.change.base_info.commit.as_deref()?;
    let files = touched::at_base(scene.ask.files.as_deref(), &scene.change)?;
    let lints_alone =
        touched::asks_of_few_files(scene.ask.files.as_deref(), &scene.change) && scene.ask.tier.is_static();
    let asked = (scene.prefix(), &scene.ask.only, files, scene.ask.today.date());
    (lints_alone && !scene.change.touched(POLICY_FILE)).then(|| (commit, format!("{asked:?}")))
}

impl AtBase {
    /// Whether nothing is missing that may be there the next time, as an object that is fetched later.
    fn is_whole(&self) -> bool {
        self.failed.is_empty() && !self.found.iter().any(|finding| finding.rule.says_not_looked_at())
    }
}

fn look(scene: &Scene) -> AtBase {
    let Some(code) = scene.base_code() else { return AtBase::default() };
    let ask = |name: &'static str| {
        let answer = catch_unwind(AssertUnwindSafe(|| guards::ask_at_base(name, scene, code)));
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
    let mut at_base = AtBase { found: problems(code).map(rules::problem).collect(), failed: Vec::new() };
    for (name, answer) in answers {
        match answer {
            Answer::Checked(checked) => at_base.found.extend(checked.findings),
            Answer::CouldNotRun(reason) => at_base.failed.push((name, reason)),
            Answer::NotAsked(_) | Answer::NotConfigured(_) => {}
        }
    }
    at_base
}
