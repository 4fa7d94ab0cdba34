//! What CI checked at base and no longer checks, or checks less strictly.

use std::collections::{BTreeMap, BTreeSet};

use super::narrowed::narrowed;
use super::{Command, Job, Pipeline};

/// Something that CI lost.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    /// What happened: a fragment that stands alone.
    pub(crate) what: String,
    /// Text at base, and text at head by which the place is found.
    pub(crate) base: String,
    pub(crate) head: Option<String>,
    /// The file, by index, at base and where head has a counterpart.
    pub(crate) base_file: usize,
    pub(crate) head_file: Option<usize>,
}

struct Check<'a> {
    file: usize,
    job: &'a Job,
    command: &'a Command,
    name: String,
    soft: Option<&'static str>,
}

impl Check<'_> {
    /// How often it runs: once for each entry of the lists of the matrix that it names.
    fn times(&self) -> usize {
        let named = |key: &&String| self.command.raw.replace(' ', "").contains(&format!("matrix.{key}"));
        let lists =
            self.job.matrix.iter().filter(|(key, _)| named(key)).map(|(_, values)| values.len().max(1));
        lists.product()
    }
}

fn checks(pipelines: &[Pipeline]) -> Vec<Check<'_>> {
    let mut all = Vec::new();
    for (file, pipeline) in pipelines.iter().enumerate() {
        for job in &pipeline.jobs {
            for step in &job.steps {
                for command in &step.commands {
                    let Some(name) = command.checks() else { continue };
                    let soft = match () {
                        () if job.never || step.never => Some("never runs"),
                        () if job.soft || step.soft => Some("may fail"),
                        () if command.soft => Some("has its failure swallowed"),
                        () => None,
                    };
                    all.push(Check { file, job, command, name, soft });
                }
            }
        }
    }
    all
}

/// The commands that checked something at base and have no counterpart, or a softer or narrower one. Both lists hold
/// the files of the change, so that a job that moved is found where it went.
pub(crate) fn compare(base: &[Pipeline], head: &[Pipeline]) -> Vec<Lost> {
    let (before, after) = (checks(base), checks(head));
    let mut taken: Vec<usize> = vec![0; after.len()];
    let mut left: Vec<&Check<'_>> = Vec::new();
    let mut lost = Vec::new();
    let hard = before.iter().filter(|check| check.soft.is_none());
    let partner = |check: &Check<'_>, taken: &mut Vec<usize>, fits: &dyn Fn(&Check<'_>) -> bool| {
        let same_job = |other: &Check<'_>| other.job.name == check.job.name && other.file == check.file;
        let free = |index: &usize| taken[*index] < after[*index].times() && fits(&after[*index]);
        let mut indices = (0..after.len()).filter(free).collect::<Vec<_>>();
        indices.sort_by_key(|index| !same_job(&after[*index]));
        let found = indices.first().copied()?;
        taken[found] += check.times();
        Some(found)
    };
    for check in hard {
        let equal = |other: &Check<'_>| other.soft.is_none() && other.command.words == check.command.words;
        if partner(check, &mut taken, &equal).is_none() {
            left.push(check);
        }
    }
    let mut still: Vec<&Check<'_>> = Vec::new();
    for check in left {
        let as_much = |other: &Check<'_>| {
            other.name == check.name
                && other.soft.is_none()
                && narrowed(check.command, other.command).is_none()
        };
        if partner(check, &mut taken, &as_much).is_none() {
            still.push(check);
        }
    }
    let mut gone: BTreeMap<(usize, &str), Vec<&Check<'_>>> = BTreeMap::new();
    for check in still {
        // A command that stands in head as it is, or a wider one, makes a second of its kind superfluous.
        let covers = |other: &Check<'_>| {
            let all_packages = check.command.names_packages() && !other.command.names_packages();
            let wider = all_packages
                && other.command.toolchain() == check.command.toolchain()
                && narrowed(check.command, other.command).is_none();
            let built = check.name == "build" && ["tests", "cargo clippy"].contains(&other.name.as_str());
            let same = other.name == check.name && (wider || other.command.words == check.command.words);
            other.soft.is_none() && (built || same)
        };
        if after.iter().any(covers) {
            continue;
        }
        let same = |other: &Check<'_>| other.name == check.name;
        let Some(index) = partner(check, &mut taken, &same) else {
            gone.entry((check.file, &check.job.name)).or_default().push(check);
            continue;
        };
        let other = &after[index];
        let what = match (other.soft, narrowed(check.command, other.command)) {
            (Some(soft), _) => format!("`{}` {soft}", shown(check.command)),
            (None, Some(how)) => format!("`{}` runs {how}", shown(check.command)),
            (None, None) => continue,
        };
        lost.push(Lost {
            what,
            base: check.command.raw.clone(),
            head: Some(other.command.raw.clone()),
            base_file: check.file,
            head_file: Some(other.file),
        });
    }
    for ((file, job), checks) in gone {
        let names: Vec<String> = checks.iter().map(|check| format!("`{}`", shown(check.command))).collect();
        let there =
            head.get(file).is_some_and(|pipeline| pipeline.jobs.iter().any(|other| other.name == job));
        let what = format!(
            "{} {} gone from job `{job}`",
            names.join(", "),
            if names.len() == 1 { "is" } else { "are" }
        );
        let base = checks.iter().map(|check| check.command.raw.as_str()).collect::<Vec<_>>().join("\n");
        lost.push(Lost {
            what,
            base,
            head: there.then(|| format!("{job}:")),
            base_file: file,
            head_file: there.then_some(file),
        });
    }
    lost
}

fn shown(command: &Command) -> String {
    crate::evidence::short(&command.raw)
}

/// Jobs on both sides: conditions, matrices, flags. Also actions that are no longer pinned.
pub(crate) fn compare_jobs(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let mut lost = Vec::new();
    for before in &base.jobs {
        let Some(after) = head.jobs.iter().find(|job| job.name == before.name) else { continue };
        let mut add = |what: String, base: String, head: String| {
            lost.push(Lost { what, base, head: Some(head), base_file: file, head_file: Some(file) });
        };
        let job = &before.name;
        if before
            .steps
            .iter()
            .flat_map(|step| &step.commands)
            .any(|command| command.checks().is_some_and(|name| name != "build"))
        {
            let narrower = match (&before.condition, &after.condition) {
                (None, Some(now)) => !after.never && !is_harmless(now),
                (Some(was), Some(now)) => {
                    was != now
                        && now.starts_with(was.as_str())
                        && now[was.len()..].trim_start().starts_with("&&")
                }
                _ => false,
            };
            if narrower {
                let now = after.condition.clone().unwrap_or_default();
                add(
                    format!("job `{job}` runs only under a condition"),
                    before.condition.clone().unwrap_or_default(),
                    now,
                );
            }
            for (key, values) in &before.matrix {
                let now = after.matrix.get(key).map(Vec::as_slice).unwrap_or_default();
                let fewer = values.iter().filter(|value| !now.contains(value)).count()
                    > now.iter().filter(|value| !values.contains(value)).count();
                let dropped =
                    !after.matrix.contains_key(key) && !after.matrix.is_empty() || fewer && !now.is_empty();
                if dropped && key != "exclude" {
                    let gone: Vec<&String> = values.iter().filter(|value| !now.contains(value)).collect();
                    let gone =
                        gone.iter().map(|value| crate::evidence::short(value)).collect::<Vec<_>>().join(", ");
                    add(
                        format!(
                            "the matrix of job `{job}` lost {} of `{key}`: `{gone}`",
                            values.len() - now.len().min(values.len())
                        ),
                        values.join(", "),
                        format!("{key}:"),
                    );
                }
            }
        }
        for before in before.steps.iter().filter_map(|step| step.uses.as_deref()) {
            let (name, pin) = before.split_once('@').unwrap_or((before, ""));
            let pinned = |pin: &str| pin.len() == 40 && pin.chars().all(|c| c.is_ascii_hexdigit());
            let now: BTreeSet<&str> = after
                .steps
                .iter()
                .filter_map(|step| step.uses.as_deref()?.strip_prefix(name)?.strip_prefix('@'))
                .collect();
            if pinned(pin) && !now.is_empty() && !now.iter().any(|pin| pinned(pin)) {
                let now = now.first().copied().unwrap_or_default();
                add(
                    format!("action `{name}` is no longer pinned to a commit"),
                    before.to_owned(),
                    format!("{name}@{now}"),
                );
            }
        }
    }
    lost.extend(flags(file, base, head));
    lost
}

/// Conditions that only keep a job away from forks.
fn is_harmless(condition: &str) -> bool {
    condition.contains("github.repository")
        || condition.contains("always()")
        || condition.contains("!cancelled()")
        || condition.contains("github.event_name != 'schedule'")
}

/// Compiler flags that let more pass.
fn flags(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let all = |pipeline: &Pipeline| -> String {
        let steps = |job: &Job| {
            job.steps
                .iter()
                .map(|step| {
                    format!(
                        "{} {}",
                        step.flags,
                        step.commands
                            .iter()
                            .map(|command| command.raw.as_str())
                            .collect::<Vec<_>>()
                            .join(" ")
                    )
                })
                .collect::<String>()
        };
        pipeline
            .jobs
            .iter()
            .map(|job| format!("{} {}", job.flags, steps(job)))
            .collect::<String>()
            .replace("-Dwarnings", "-D warnings")
    };
    let (before, after) = (all(base), all(head));
    let mut lost = Vec::new();
    let mut add = |what: &str, base: &str, head: Option<&str>| {
        let (what, base, head) = (what.to_owned(), base.to_owned(), head.map(str::to_owned));
        lost.push(Lost { what, base, head, base_file: file, head_file: Some(file) });
    };
    if before.contains("FLAGS=-D warnings") && !after.contains("-D warnings") && !head.jobs.is_empty() {
        add("warnings are no longer errors: `-D warnings` is gone", "-D warnings", None);
    }
    if !before.contains("cap-lints") && after.contains("cap-lints") {
        add("lints are capped: `--cap-lints` silences the compiler", "", Some("cap-lints"));
    }
    lost
}

/// Events that no longer start the checks, or only for some paths or branches.
pub(crate) fn compare_triggers(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let mut lost = Vec::new();
    if !base
        .jobs
        .iter()
        .flat_map(|job| &job.steps)
        .flat_map(|step| &step.commands)
        .any(|command| command.checks().is_some_and(|name| name != "build"))
    {
        return lost;
    }
    let mut add = |what: String, base: String, head: &str| {
        lost.push(Lost { what, base, head: Some(head.to_owned()), base_file: file, head_file: Some(file) });
    };
    for (event, before) in &base.triggers {
        if !["pull_request", "pull_request_target", "push", "merge_group"].contains(&event.as_str()) {
            continue;
        }
        let Some(after) = head.triggers.get(event) else {
            add(format!("`{event}` no longer starts the checks"), format!("on: {event}"), "on:");
            continue;
        };
        for key in ["paths", "paths-ignore", "branches", "branches-ignore"] {
            let (was, now) = (before.get(key), after.get(key));
            let listed = |list: Option<&Vec<String>>| list.cloned().unwrap_or_default();
            let (was_list, now_list) = (listed(was), listed(now));
            let ignores = key.ends_with("ignore");
            let narrower = match (was, now) {
                (None, Some(_)) if ignores => !now_list.is_empty(),
                (None, Some(_)) => !now_list.iter().any(|glob| glob == "**" || glob == "*"),
                (Some(_), Some(_)) if ignores => now_list.iter().any(|glob| !was_list.contains(glob)),
                (Some(_), Some(_)) => {
                    was_list.len() > now_list.len() && was_list.iter().any(|glob| !now_list.contains(glob))
                }
                _ => false,
            };
            // A push to the default branch only is what most keep, beside checks on every pull request.
            let usual = event == "push" && key == "branches" && head.triggers.contains_key("pull_request");
            if narrower && !usual {
                add(
                    format!("`{event}` starts the checks only for some `{key}`"),
                    was_list.join(", "),
                    &format!("{key}:"),
                );
            }
        }
    }
    lost
}
