//! The gate as a workflow or an action that is called: what it is told, and what it is handed.

use std::collections::BTreeSet;

use super::compare::{Kind, Lost};
use super::gate::{folder, told_otherwise};
use super::{Job, Pipeline, Step};
use crate::evidence::short;

/// Whether a step, or the whole job that stands as its one step, calls the gate.
pub(super) fn is_gate(step: &Step) -> bool {
    step.uses.as_deref().is_some_and(|uses| split(uses).0.contains("gatefold"))
}

/// Compares a call with what became of it. One that is gone is found with the other checks.
pub(super) fn compare(file: usize, was: &Step, after: &Job, is_there: &dyn Fn(&str) -> bool) -> Vec<Lost> {
    let (Some(uses), true) = (was.uses.as_deref(), is_gate(was)) else { return Vec::new() };
    let (name, pin) = split(uses);
    let calls =
        || after.steps.iter().filter(|step| step.uses.as_deref().is_some_and(|uses| split(uses).0 == name));
    // Called twice, each call is told apart by what it judges.
    let told = |step: &&Step| {
        (step.with.get("root"), step.with.get("gated")) == (was.with.get("root"), was.with.get("gated"))
    };
    let Some(now) = calls().find(told).or_else(|| calls().next()) else { return Vec::new() };

    let mut lost = Vec::new();
    let mut add = |kind: Kind, what: String, base: &str, head: &str| {
        lost.push(Lost::of_file(file, kind, what, base, head));
    };
    let keys: BTreeSet<&String> = was.with.keys().chain(now.with.keys()).collect();
    for key in keys {
        let value = |step: &Step| step.with.get(key).cloned().unwrap_or_default();
        let (base, head) = (value(was), value(now));
        if base == head {
            continue;
        }
        if let Some(kind) = loses(key, &base, &head, is_there) {
            let what = match key.as_str() {
                SECRETS => {
                    "the gate is handed secrets, and what it runs in the live tier could read them".to_owned()
                }
                key => format!(
                    "the gate is told another `{key}`: `{}` in place of `{}`",
                    short(&head),
                    short(&base)
                ),
            };
            add(kind, what, &base, &format!("{key}:"));
        }
    }
    let other = now.uses.as_deref().map(|uses| split(uses).1).unwrap_or_default();
    // One that is pinned no longer is found with the other actions.
    if other != pin && other.len() == 40 {
        let what =
            format!("the gate is called at another commit: `{}` in place of `{}`", short(other), short(pin));
        add(Kind::Setting, what, pin, other);
    }
    lost
}

/// Jobs that stand in the file that includes the gate and have the names of the gate's own: they take their place.
pub(super) fn overridden(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let includes = |job: &&Job| job.name == "include" && job.steps.iter().any(is_gate);
    if !head.jobs.iter().any(|job| includes(&job)) {
        return Vec::new();
    }
    let new = |job: &&Job| !base.jobs.iter().any(|known| known.name == job.name);
    let own = |job: &&Job| job.name.trim_start_matches('.').starts_with("gatefold");
    let told = |job: &Job| {
        let name = short(&job.name);
        let what = format!("job `{name}` takes the place of what the included gate calls so");
        Lost::of_file(file, Kind::Step, what, "include:", &format!("{}:", job.name))
    };
    head.jobs.iter().filter(own).filter(new).map(told).collect()
}

/// The key under which a call keeps what secrets it is handed.
pub(super) const SECRETS: &str = "secrets";

/// What it means that an input has another value; `None` where nothing is lost by it.
fn loses(key: &str, was: &str, now: &str, is_there: &dyn Fn(&str) -> bool) -> Option<Kind> {
    let variable = match key {
        "gated" => "GATED",
        "judge-repository" => "JUDGE_REPOSITORY",
        "judge-commit" => "JUDGE_COMMIT",
        "judge-package" => "JUDGE_PACKAGE",
        "judge-binary" => "JUDGE_BINARY",
        "root" if !was.is_empty() && !now.is_empty() && folder(was) == folder(now) => return None,
        // Where no folder was named, the default was meant, which is there.
        "root" if was.is_empty() || is_there(was.trim_start_matches("head/")) => return Some(Kind::Step),
        "judge" => return Some(Kind::Step),
        "tier" => return (now != "all").then_some(Kind::Step),
        "static-only" => return (now != "false" && !now.is_empty()).then_some(Kind::Step),
        SECRETS => return (!now.is_empty()).then_some(Kind::Trust),
        _ => return None,
    };
    told_otherwise(variable, was, now, is_there)
}

fn split(uses: &str) -> (&str, &str) {
    uses.split_once('@').unwrap_or((uses, ""))
}
