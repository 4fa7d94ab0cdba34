//! Names of jobs, by which a forge requires them.

use std::collections::BTreeSet;

use super::compare::{Kind, Lost};
use super::jobs::{checks, shown};
use super::verdicts::judges;
use super::{Job, Pipeline};
use crate::evidence::short;

/// Jobs whose name, which a forge may require, is gone while what they check is still there. That is told, for somebody
/// has to require the new name. Where a job that checks nothing takes the name, here or in another file, what is
/// required passes whatever the checks say: that blocks. `elsewhere` finds such a job in the other files, and says
/// which file it is.
pub(super) fn compare(
    file: usize,
    base: &Pipeline,
    head: &Pipeline,
    elsewhere: &dyn Fn(&Job) -> Option<String>,
) -> Vec<Lost> {
    if !base.triggers.contains_key("pull_request") || head.jobs.is_empty() {
        return Vec::new();
    }
    let now: BTreeSet<String> = head.jobs.iter().map(shown).collect();
    let new: Vec<String> =
        head.jobs.iter().map(shown).filter(|name| !base.jobs.iter().any(|job| shown(job) == *name)).collect();
    let required = base.jobs.iter().filter(|job| checks(job) || judges(job));
    let shares = |job: &Job, other: &Job| other.name != job.name && shown(other) == shown(job);
    let lost = required.filter_map(|job| {
        let name = shown(job);
        let was_shared = base.jobs.iter().any(|other| shares(job, other));
        let mut takers = head.jobs.iter().filter(|other| !was_shared && shares(job, other));
        let second = takers.clone().next();
        let taker = takers.find(|other| checks_nothing(other));
        let place = taker.map(|_| "this file".to_owned());
        if let Some(place) = place.or_else(|| elsewhere(job).filter(|_| !now.contains(&name))) {
            let what = format!(
                "the name `{}` goes to a job in {place} that checks nothing: what requires it passes whatever the checks say",
                short(&name)
            );
            return Some(Lost::of_file(file, Kind::Step, what, &name, &new.join(", ")));
        }
        if let Some(second) = second.filter(|_| head.jobs.iter().any(|other| other.name == job.name && shown(other) == name)) {
            let what = format!(
                "two jobs are called `{}`: what requires that name may go by either of them",
                short(&name)
            );
            return Some(Lost::of_file(file, Kind::Setting, what, &name, &format!("{}:", second.name)));
        }
        let what = format!(
            "no job is called `{}` any more: a check that is required by this name never reports",
            short(&name)
        );
        (!now.contains(&name)).then(|| Lost::of_file(file, Kind::Name, what, &name, &new.join(", ")))
    });
    lost.collect()
}

/// Whether a job neither checks nor judges, nor calls a workflow that may.
pub(super) fn checks_nothing(job: &Job) -> bool {
    let calls = |uses: &String| uses.contains("/workflows/");
    let may_call = job.steps.iter().any(|step| step.uses.as_ref().is_some_and(calls));
    !checks(job) && !judges(job) && !may_call
}
