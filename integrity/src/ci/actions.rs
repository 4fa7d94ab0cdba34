//! Actions, permissions, and code of strangers.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Kind, Lost};
use super::{Job, Pipeline};
use crate::evidence::short;

pub(super) fn compare(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let mut lost = pins(file, base, head);
    let mut add = |what: String, base: &str, head: &str| {
        lost.push(Lost::of_file(file, Kind::Trust, what, base, head));
    };
    for before in &base.jobs {
        let Some(after) = head.jobs.iter().find(|job| job.name == before.name) else { continue };
        let (Some(was), now) = (granted(before, base), granted(after, head)) else { continue };
        let name = short(&before.name);
        match now {
            None => add(
                format!("job `{name}` has every permission that the repository gives"),
                "permissions:",
                "jobs:",
            ),
            Some(now) => {
                let more = now.iter().find(|(scope, level)| rank(level) > rank(level_of(was, scope)));
                if let Some((scope, level)) = more {
                    let scope = if scope == "*" { "everything" } else { scope.as_str() };
                    let what = format!("job `{name}` may now {} `{}`", short(level), short(scope));
                    add(what, "permissions:", "permissions:");
                }
            }
        }
    }
    for event in ["pull_request_target", "workflow_run"] {
        if strangers(head, event) && !strangers(base, event) {
            let what = format!(
                "`{event}` runs the code of whoever opens a pull request, with the rights of this repository"
            );
            add(what, "on:", event);
        }
    }
    lost
}

fn granted<'a>(job: &'a Job, pipeline: &'a Pipeline) -> Option<&'a BTreeMap<String, String>> {
    job.permissions.as_ref().or(pipeline.permissions.as_ref())
}

fn level_of<'a>(permissions: &'a BTreeMap<String, String>, scope: &str) -> &'a str {
    permissions.get(scope).or_else(|| permissions.get("*")).map_or("none", String::as_str)
}

fn rank(level: &str) -> u8 {
    match level {
        "write" => 2,
        "read" => 1,
        _ => 0,
    }
}

/// Whether head code of a pull request is checked out where secrets are: by an event that starts the default branch's
/// workflow for it.
fn strangers(pipeline: &Pipeline, event: &str) -> bool {
    let head = |value: &String| {
        ["github.event.pull_request.head", "github.event.workflow_run.head", "github.head_ref", "refs/pull/"]
            .iter()
            .any(|text| value.contains(text))
    };
    let steps = pipeline.jobs.iter().flat_map(|job| &job.steps);
    let out = |step: &super::Step| {
        let checkout = step.uses.as_deref().is_some_and(|uses| uses.contains("checkout"));
        checkout && step.with.values().any(head)
            || step.commands.iter().any(|command| command.raw.contains("git") && head(&command.raw))
    };
    pipeline.triggers.contains_key(event) && steps.into_iter().any(out)
}

/// Actions that were pinned to a commit and no longer are, or that are another's.
fn pins(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let uses = |pipeline: &Pipeline| -> BTreeSet<String> {
        let steps = pipeline.jobs.iter().flat_map(|job| &job.steps);
        steps.filter_map(|step| step.uses.clone()).filter(|uses| !uses.starts_with('.')).collect()
    };
    let (before, after) = (uses(base), uses(head));
    let mut lost = Vec::new();
    let mut add = |what: String, base: &str, head: &str| {
        lost.push(Lost::of_file(file, Kind::Action, what, base, head));
    };
    let mut told = BTreeSet::new();
    for was in &before {
        let (name, pin) = split(was);
        let now: Vec<&String> = after.iter().filter(|uses| split(uses).0 == name).collect();
        let loose = |uses: &&&String| !is_commit(split(uses).1) && !before.contains(**uses);
        if is_commit(pin)
            && told.insert(name)
            && let Some(loose) = now.iter().find(loose)
        {
            add(format!("action `{}` is no longer pinned to a commit", short(name)), was, loose);
        }
        if !now.is_empty() {
            continue;
        }
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let other = after.iter().find(|uses| {
            let other = split(uses).0;
            last(other) == last(name) && !before.iter().any(|known| split(known).0 == other)
        });
        if let Some(other) = other {
            let what = format!("action `{}` comes from `{}` now", short(name), short(split(other).0));
            add(what, was, other);
        }
    }
    // Where every action was pinned, one that is not is the exception.
    if !before.is_empty() && before.iter().all(|uses| is_commit(split(uses).1)) {
        for new in after.iter().filter(|uses| !is_commit(split(uses).1) && !told.contains(split(uses).0)) {
            add(format!("action `{}` is pinned to no commit, and all others were", short(new)), "", new);
        }
    }
    lost
}

fn split(uses: &str) -> (&str, &str) {
    uses.split_once('@').unwrap_or((uses, ""))
}

fn is_commit(pin: &str) -> bool {
    let hex = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit());
    pin.len() == 40 && hex(pin) || pin.strip_prefix("sha256:").is_some_and(hex)
}
