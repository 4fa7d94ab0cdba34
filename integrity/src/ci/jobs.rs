//! Jobs that both sides have: conditions, matrices, what they wait for, names, machines.

use std::collections::BTreeSet;

use super::compare::{Kind, Lost};
use super::conditions::{asks_more, is_harmless, plain, runs_anyway};
use super::verdicts::judges;
use super::{Job, Pipeline};
use crate::evidence::short;

pub(super) fn compare(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let mut lost = Vec::new();
    for before in &base.jobs {
        let Some(after) = head.jobs.iter().find(|job| job.name == before.name) else { continue };
        let mut add = |kind: Kind, what: String, base: &str, head: &str| {
            lost.push(Lost::of_file(file, kind, what, base, head));
        };
        if checks(before) {
            condition(before, after, &mut add);
            matrix(before, after, &mut add);
            machine(before, after, &mut add);
            skipped((base, before), (head, after), &mut add);
        }
        waits(before, after, head, &mut add);
    }
    lost
}

type Add<'a> = &'a mut dyn FnMut(Kind, String, &str, &str);

pub(super) fn checks(job: &Job) -> bool {
    let mut commands = job.steps.iter().flat_map(|step| &step.commands);
    commands.any(|command| command.checks().is_some_and(|name| name != "build"))
}

/// Whether rules of GitLab no longer name what a change is judged in.
fn leaves_merge_requests(was: &str, now: &str) -> bool {
    was.contains("merge_request") && !now.contains("merge_request")
}

pub(super) fn condition(before: &Job, after: &Job, add: Add<'_>) {
    let now = after.condition.as_deref().unwrap_or_default();
    let was = before.condition.as_deref().unwrap_or_default();
    let narrower = match (was.is_empty(), now.is_empty()) {
        (true, false) => !after.never && !is_harmless(now, before),
        (false, false) => asks_more(was, now) && !is_harmless(now, before) || leaves_merge_requests(was, now),
        _ => false,
    };
    let name = short(&before.name);
    if narrower {
        add(Kind::Step, format!("job `{name}` runs only under a condition"), was, now);
    } else if !was.is_empty() && !now.is_empty() && plain(was) != plain(now) && !is_harmless(now, before) {
        add(Kind::Setting, format!("job `{name}` runs under another condition"), was, now);
    }
}

fn matrix(before: &Job, after: &Job, add: Add<'_>) {
    let name = short(&before.name);
    for (key, values) in &before.matrix {
        let now = after.matrix.get(key).map(Vec::as_slice).unwrap_or_default();
        let gone: Vec<&String> = values.iter().filter(|value| !now.contains(value)).collect();
        let fewer = gone.len() > now.iter().filter(|value| !values.contains(value)).count();
        let dropped = !after.matrix.contains_key(key) && !after.matrix.is_empty() || fewer && !now.is_empty();
        if dropped && key != "exclude" {
            let shown = gone.iter().map(|value| short(value)).collect::<Vec<_>>().join(", ");
            let count = values.len() - now.len().min(values.len());
            let what = format!("the matrix of job `{name}` lost {count} of `{key}`: `{shown}`");
            add(Kind::Step, what, &values.join(", "), &format!("{key}:"));
        }
    }
    let excluded = |job: &Job| job.matrix.get("exclude").cloned().unwrap_or_default();
    let (was, now) = (excluded(before), excluded(after));
    // What is excluded of an entry that is new was not there before.
    let known = |entry: &&String| {
        before.matrix.iter().filter(|(key, _)| *key != "exclude" && *key != "include").all(|(key, values)| {
            let named = format!("\"{key}\":");
            !entry.contains(&named) || values.iter().any(|value| entry.contains(value.as_str()))
        })
    };
    if let Some(entry) = now.iter().filter(|entry| !was.contains(entry)).find(known) {
        let what = format!("the matrix of job `{name}` excludes `{}`", short(entry));
        add(Kind::Step, what, &was.join(", "), "exclude:");
    }
}

pub(super) fn machine(before: &Job, after: &Job, add: Add<'_>) {
    let own = |job: &Job| job.runs_on.contains("self-hosted");
    if own(after) && !own(before) {
        let what =
            format!("job `{}` runs on a machine of its own and ran on the forge's", short(&before.name));
        add(Kind::Runner, what, &before.runs_on, &after.runs_on);
    }
}

/// A check that is skipped with the jobs before it, which it was not: what is skipped counts as passed.
fn skipped((base, before): (&Pipeline, &Job), (head, after): (&Pipeline, &Job), add: Add<'_>) {
    let anyway = |job: &Job| runs_anyway(job.condition.as_deref().unwrap_or_default()) > 0;
    let is_never = |pipeline: &Pipeline, name: &str| find(pipeline, name).is_some_and(|job| job.never);
    // What GitLab does with what nobody started is another thing.
    if anyway(after) || after.never || judges(before) || head.triggers.is_empty() {
        return;
    }
    let name = short(&before.name);
    let (needed, had) = (reached(after, head), reached(before, base));
    let mut stopped = needed.iter().filter(|other| is_never(head, other));
    if let Some(other) =
        stopped.find(|other| anyway(before) || !had.contains(*other) || !is_never(base, other))
    {
        let what = format!("job `{name}` is skipped with `{}`, which never runs", short(other));
        return add(Kind::Step, what, "", &format!("{}:", after.name));
    }
    // A check that fails is seen; what only prepares may fail and hold nobody back.
    let checks = |job: &Job| job.steps.iter().flat_map(|step| &step.commands).any(|it| it.checks().is_some());
    let is_seen = |other: &&str| find(head, other).is_none_or(|job| checks(job) && !job.soft);
    if anyway(before) && !needed.is_empty() {
        let kind = if needed.iter().all(is_seen) { Kind::Setting } else { Kind::Step };
        let what = format!("job `{name}` is skipped where one that it waits for fails, and ran all the same");
        let at = after.condition.clone().unwrap_or_else(|| format!("{}:", after.name));
        add(kind, what, before.condition.as_deref().unwrap_or_default(), &at);
    }
}

fn find<'a>(pipeline: &'a Pipeline, name: &str) -> Option<&'a Job> {
    pipeline.jobs.iter().find(|job| job.name == name)
}

/// A job that looks at the results of others, or comes after them, and no longer does.
fn waits(before: &Job, after: &Job, head: &Pipeline, add: Add<'_>) {
    let reached = reached(after, head);
    for other in before.needs.iter().filter(|name| !reached.contains(name.as_str())) {
        if !head.jobs.iter().any(|job| job.name == *other && checks(job)) {
            continue;
        }
        let judges = before.condition.as_deref().is_some_and(|condition| condition.contains("always()"))
            || before.steps.iter().any(|step| step.env.values().any(|value| value.contains("needs.")));
        let kind = if judges { Kind::Step } else { Kind::Setting };
        let what = format!("job `{}` no longer waits for `{}`", short(&before.name), short(other));
        add(kind, what, &before.needs.join(", "), &after.needs.join(", "));
    }
}

/// The jobs that a job waits for, and those that these wait for.
fn reached<'a>(job: &'a Job, pipeline: &'a Pipeline) -> BTreeSet<&'a str> {
    let mut all = BTreeSet::new();
    let mut open: Vec<&str> = job.needs.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        if all.insert(name)
            && let Some(job) = find(pipeline, name)
        {
            open.extend(job.needs.iter().map(String::as_str));
        }
    }
    all
}

/// The name that a forge shows, and can require.
pub(super) fn shown(job: &Job) -> String {
    if job.title.is_empty() { job.name.clone() } else { job.title.clone() }
}
