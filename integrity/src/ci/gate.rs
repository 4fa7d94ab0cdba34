//! The wiring of the gate: where the judge comes from, and what it is told.

use std::collections::BTreeSet;

use super::compare::{Kind, Lost};
use super::conditions::{asks_more, plain};
use super::gitlab::INCLUDED;
use super::handed::hands_on;
use super::verdicts::{asks_for_as_much, judges, pairs};
use super::{Job, Pipeline, Step, brought, called};
use crate::evidence::short;

/// What is to be done where so far nobody judged: there is nothing to put back.
const FIRST_JUDGE: &str = "leave it, and say in your final message which Gatefold that is, so that whoever merges the change \
     compares it with the one that they have read";

/// Compares the jobs that run the gate, and those that look at their results, step by step. `is_there` tells whether
/// head has a folder.
pub(super) fn compare(
    file: usize,
    base: &Pipeline,
    head: &Pipeline,
    is_there: &dyn Fn(&str) -> bool,
) -> Vec<Lost> {
    if !base.jobs.iter().any(runs_gate) {
        return Vec::new();
    }
    let mut lost = judge(file, base, head, is_there);
    lost.extend(called::overridden(file, base, head));
    for before in around(base) {
        let Some(after) = head.jobs.iter().find(|job| job.name == before.name) else { continue };
        lost.extend(told_in_job(file, (base, before), (head, after), is_there));
        lost.extend(image(file, before, after));
        for was in &before.steps {
            lost.extend(step(file, was, after, head));
            lost.extend(restored(file, was, before, after));
            lost.extend(called::compare(file, was, after, is_there));
        }
        let (new, known) = apart(before, after);
        // One file more that brings a gate does nothing to the others.
        for at in new.into_iter().filter(|_| before.name != INCLUDED) {
            let (step, behind) = (&after.steps[at], known.iter().filter(|known| **known > at));
            let behind: Vec<&Step> = behind.map(|known| &after.steps[*known]).collect();
            let Some((kind, how, shown)) = added(step, before, &behind) else { continue };
            let what = format!("job `{}`, which runs the gate, {how}", short(&before.name));
            lost.push(Lost::of_file(file, kind, what, "", &shown));
        }
    }
    lost
}

/// The jobs that run the gate, make the judge, or come after it.
fn around(base: &Pipeline) -> impl Iterator<Item = &Job> {
    let gates: Vec<&Job> = base.jobs.iter().filter(|job| runs_gate(job)).collect();
    base.jobs.iter().filter(move |job| {
        let is_after = job.needs.iter().any(|name| gates.iter().any(|gate| gate.name == *name));
        let makes_judge = || hands_over(job) && gates.iter().any(|gate| gate.needs.contains(&job.name));
        runs_gate(job) || is_after || makes_judge()
    })
}

/// The jobs that judge a change, or the results of others.
pub(super) fn judging(base: &Pipeline) -> impl Iterator<Item = &Job> {
    around(base).chain(base.jobs.iter().filter(|job| judges(job)))
}

/// The places of the steps of head that are new, and of those that were there. Each step of the base is found once.
fn apart(before: &Job, after: &Job) -> (Vec<usize>, Vec<usize>) {
    let mut left: Vec<&Step> = before.steps.iter().collect();
    let mut take = |now: &Step, fits: fn(&Step, &Step) -> bool| {
        let at = left.iter().position(|was| fits(was, now));
        at.map(|at| left.remove(at)).is_some()
    };
    let all = 0..after.steps.len();
    let (mut known, rest): (Vec<usize>, Vec<usize>) =
        all.partition(|at| take(&after.steps[*at], is_as_it_was));
    let is_local = |step: &Step| step.uses.as_deref().is_some_and(|uses| uses.starts_with('.'));
    let (more, new): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(|at| {
        let now = &after.steps[*at];
        !is_local(now)
            && take(now, |was, now| same(was, now) || !now.script.is_empty() && was.script == now.script)
    });
    known.extend(more);
    (new, known)
}

/// What a new step means to those of the base behind it, and the text by which it is found.
fn added(new: &Step, before: &Job, behind: &[&Step]) -> Option<(Kind, String, String)> {
    if let Some((kind, how)) = brought::brings(new, before, behind) {
        return Some((kind, how, new.uses.clone().unwrap_or_default()));
    }
    let (kind, how) = match hands_on(new, behind) {
        Some(how) => (Kind::Step, format!("runs a step more, which {how}")),
        None => (Kind::Setting, "runs something more".to_owned()),
    };
    (!new.script.is_empty()).then(|| (kind, how, first(&new.script)))
}

pub(super) fn runs_gate(job: &Job) -> bool {
    job.steps.iter().any(called::is_gate)
        || job.steps.iter().flat_map(|step| &step.commands).any(|command| {
            command.checks().is_some_and(|name| {
                ["gatefold gate", "gatefold-ci"].contains(&name.as_str())
                    || ["gate", "ci"].iter().any(|task| name == format!("cargo xtask {task}"))
            })
        })
}

/// Whether a job that the gate waits for makes the program that judges.
fn hands_over(job: &Job) -> bool {
    job.steps.iter().any(|step| step.script.contains("gatefold"))
}

/// Variables of one job that take the place of those of the file.
fn told_in_job(
    file: usize,
    (base, before): (&Pipeline, &Job),
    (head, after): (&Pipeline, &Job),
    is_there: &dyn Fn(&str) -> bool,
) -> Vec<Lost> {
    let value = |pipeline: &Pipeline, job: &Job, name: &String| {
        job.env.get(name).or_else(|| pipeline.env.get(name)).cloned().unwrap_or_default()
    };
    let names: BTreeSet<&String> = before.env.keys().chain(after.env.keys()).collect();
    let lost = names.into_iter().filter_map(|name| {
        let (was, now) = (value(base, before, name), value(head, after, name));
        let kind = told_otherwise(name, &was, &now, is_there).filter(|_| was != now)?;
        let what = format!(
            "job `{}` is told another `{name}`: `{}` in place of `{}`",
            short(&before.name),
            short(&now),
            short(&was)
        );
        Some(Lost::of_file(file, kind, what, &was, &format!("{name}:")))
    });
    lost.collect()
}

/// Another image may hold another judge; another version of the same is for a person to see.
fn image(file: usize, before: &Job, after: &Job) -> Option<Lost> {
    let name = |image: &str| {
        let path = image.split('@').next().unwrap_or(image);
        let at = path.rfind('/').map_or(0, |slash| slash + 1);
        path[..path[at..].find(':').map_or(path.len(), |colon| at + colon)].to_owned()
    };
    let (was, now) = (&before.image, &after.image);
    let kind = if name(was) == name(now) { Kind::Setting } else { Kind::Step };
    let what = format!(
        "job `{}` of the gate runs in image `{}` in place of `{}`",
        short(&before.name),
        short(now),
        short(was)
    );
    (was != now).then(|| Lost::of_file(file, kind, what, was, now))
}

/// The variables that say who judges, and what.
fn judge(file: usize, base: &Pipeline, head: &Pipeline, is_there: &dyn Fn(&str) -> bool) -> Vec<Lost> {
    let mut lost = Vec::new();
    let names: BTreeSet<&String> = base.env.keys().chain(head.env.keys()).collect();
    for name in names {
        let value = |pipeline: &Pipeline| pipeline.env.get(name).cloned().unwrap_or_default();
        let (was, now) = (value(base), value(head));
        if was == now {
            continue;
        }
        let Some(kind) = told_otherwise(name, &was, &now, is_there) else { continue };
        let at = format!("{name}:");
        // So far no change passed there: what comes is stricter, and a person sees who it is.
        if name.starts_with("JUDGE_") && was.is_empty() && waits_for_a_judge(base) {
            let what = format!("who judges is said for the first time: `{name}` is `{}`", short(&now));
            let first = Lost::of_file(file, Kind::Setting, what, &was, &at);
            lost.push(Lost { help: Some(FIRST_JUDGE), ..first });
            continue;
        }
        let what =
            format!("the gate is told another `{name}`: `{}` in place of `{}`", short(&now), short(&was));
        lost.push(Lost::of_file(file, kind, what, &was, &at));
    }
    lost
}

/// Whether the wiring was copied and nobody has said yet who judges: its first step ends every run until somebody does.
fn waits_for_a_judge(base: &Pipeline) -> bool {
    let is_empty = |name: &str| base.env.get(name).is_some_and(|value| value.is_empty());
    let refuses = |step: &Step| {
        let asked = step.script.split_once("-z \"$JUDGE_REPOSITORY\"");
        let then = asked.and_then(|(_, rest)| rest.split_once("\n")?.1.split_once("fi\n"));
        let ends =
            then.is_some_and(|(then, _)| ["exit 1", "exit 2", "exit 3"].iter().any(|end| then.contains(end)));
        ends && step.condition.is_none()
    };
    let steps = || base.jobs.iter().flat_map(|job| &job.steps);
    is_empty("JUDGE_REPOSITORY")
        && steps().any(refuses)
        && !steps().any(|step| step.script.contains("JUDGE_REPOSITORY="))
}

/// What it means that the gate is told another value of one of its variables; `None` where that is nobody's loss.
pub(super) fn told_otherwise(
    name: &str,
    was: &str,
    now: &str,
    is_there: &dyn Fn(&str) -> bool,
) -> Option<Kind> {
    let (was, now) = (given(was), given(now));
    let (was, now) = if name == "GATED" { (folder(was), folder(now)) } else { (was, now) };
    let commit = |text: &str| text.len() == 40 && text.chars().all(|c| c.is_ascii_hexdigit());
    match name {
        // An upgrade of the judge: a person sees which one it is.
        "JUDGE_COMMIT" if commit(now) && (commit(was) || was.is_empty()) => Some(Kind::Setting),
        "JUDGE_COMMIT" | "JUDGE_REPOSITORY" | "JUDGE_PACKAGE" | "JUDGE_BINARY" => Some(Kind::Step),
        "GATEFOLD_IMAGE" => Some(Kind::Step),
        "GATEFOLD_STATIC_ONLY" => (now == "true").then_some(Kind::Step),
        "GATED" if was == now => None,
        // The folder was moved, and what is judged with it.
        "GATED" if was != "." && !is_there(was) => None,
        "GATED" => Some(Kind::Step),
        _ => None,
    }
}

/// What a value is where no caller gives another: `x` of `${{ inputs.gated || 'x' }}`.
fn given(value: &str) -> &str {
    let inside = value.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    let last = inside.and_then(|inside| inside.rsplit_once("||")).map(|(_, last)| last.trim());
    last.map_or(value, |last| last.trim_matches('\''))
}

/// A folder in one of the ways in which it can be written; without one the root itself is meant.
pub(super) fn folder(path: &str) -> &str {
    let mut path = path.trim();
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    let path = path.trim_end_matches("/.").trim_end_matches('/');
    if path.is_empty() { "." } else { path }
}

/// Whether two steps are one: the same name, or without one the same action or script.
fn same(one: &Step, other: &Step) -> bool {
    let action =
        |step: &Step| step.uses.as_deref().and_then(|uses| uses.split('@').next().map(str::to_owned));
    let place = |step: &Step| step.with.get("path").cloned();
    match one.name.is_empty() && other.name.is_empty() {
        true => action(one) == action(other) && place(one) == place(other) && one.script == other.script,
        false => {
            one.name == other.name
                || action(one).is_some() && action(one) == action(other) && place(one) == place(other)
        }
    }
}

fn is_as_it_was(was: &Step, now: &Step) -> bool {
    same(was, now) && was.uses == now.uses && was.with == now.with && was.script == now.script
}

fn step(file: usize, was: &Step, after: &Job, head: &Pipeline) -> Option<Lost> {
    let uses = |action: &str| was.uses.as_deref().is_some_and(|uses| uses.contains(action));
    let checks_out = uses("/checkout@");
    let keys: &[&str] = match () {
        () if checks_out => &["repository", "ref", "path"],
        // The judge is taken from where it was built.
        () if uses("/download-artifact@") => {
            &["name", "pattern", "artifact-ids", "run-id", "repository", "path"]
        }
        () => &[],
    };
    let lines = |step: &Step| -> Vec<String> {
        if step.commands.iter().any(|command| command.checks().is_some()) {
            // What the gate itself is told is compared with the other checks.
            let beside = step.commands.iter().filter(|command| command.checks().is_none());
            return beside.map(|command| command.raw.clone()).collect();
        }
        let lines = step.script.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
    };
    if keys.is_empty() && was.script.is_empty() {
        return None;
    }
    let shown = match was.name.is_empty() {
        true => short(&first(&was.script)),
        false => short(&was.name),
    };
    let found = after.steps.iter().find(|step| is_as_it_was(was, step));
    let Some(now) = found.or_else(|| after.steps.iter().find(|step| same(was, step))) else {
        let moved = after.steps.iter().any(|step| lines(step) == lines(was) && keys.is_empty());
        let what = format!("step `{shown}` of the job that runs the gate is gone");
        return (!moved).then(|| Lost::of_file(file, Kind::Step, what, &first(&was.script), ""));
    };
    let key = |name: &str| (was.with.get(name), now.with.get(name));
    let taken = keys.iter().find(|name| key(name).0 != key(name).1);
    let beside = was.commands.iter().all(|command| command.checks().is_none());
    let condition = |step: &Step| step.condition.as_deref().map(plain).unwrap_or_default();
    let (what, base, head) = match taken {
        Some(name) => {
            let text = |value: Option<&String>| value.cloned().unwrap_or_else(|| "the default".to_owned());
            let (was, now) = (text(key(name).0), text(key(name).1));
            let what = format!(
                "step `{shown}` takes another `{name}`: `{}` in place of `{}`",
                short(&now),
                short(&was)
            );
            (what, was, now)
        }
        None if was.folder != now.folder => {
            let what = format!(
                "step `{shown}` runs in `{}` in place of `{}`",
                short(&now.folder),
                short(&was.folder)
            );
            (what, was.folder.clone(), now.folder.clone())
        }
        // That of a check is compared with the other checks.
        None if beside && now.shell.is_some() && was.shell != now.shell => {
            let shell = |step: &Step| step.shell.clone().unwrap_or_default();
            let what =
                format!("step `{shown}` of the job that runs the gate is run by `{}`", short(&shell(now)));
            (what, shell(was), shell(now))
        }
        None if beside && pairs(was, now).any(|(was, now)| was.stops && !now.stops) => {
            let what = format!("step `{shown}` of the job that runs the gate goes on after a failure");
            (what, was.script.clone(), now.script.clone())
        }
        None if beside && (condition(was), was.soft) != (condition(now), now.soft) => {
            let what = match now.soft && !was.soft {
                true => format!("step `{shown}` of the job that runs the gate may fail"),
                false => format!("step `{shown}` of the job that runs the gate runs under another condition"),
            };
            (what, condition(was), condition(now))
        }
        None if asks_for_as_much(was, now, head) => return None,
        None if was.env != now.env => {
            let text = |step: &Step| {
                step.env.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>()
            };
            (format!("step `{shown}` is given other variables"), text(was), text(now))
        }
        None if lines(was) != lines(now) => (
            format!("step `{shown}` does something else before or beside the gate"),
            was.script.clone(),
            now.script.clone(),
        ),
        None => return None,
    };
    Some(Lost::of_file(file, Kind::Step, what, &base, &head))
}

/// A step that restores the judge from a cache in more runs than it did. A pull request may have written that cache.
fn restored(file: usize, was: &Step, before: &Job, after: &Job) -> Option<Lost> {
    let kept = brought::judge_in_cache(was, before)?;
    let now = after.steps.iter().find(|now| same(was, now))?;
    let condition = |step: &Step| step.condition.clone().unwrap_or_default();
    let (narrow, wide) = (condition(was), condition(now));
    let what = format!(
        "job `{}`, which runs the gate, takes `{}` from a cache under another condition",
        short(&before.name),
        short(&kept)
    );
    let is_wider = plain(&narrow) != plain(&wide) && !narrow.is_empty() && !asks_more(&narrow, &wide);
    is_wider.then(|| Lost::of_file(file, Kind::Step, what, &narrow, &wide))
}

fn first(script: &str) -> String {
    script.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
