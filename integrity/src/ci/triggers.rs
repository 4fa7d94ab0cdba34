//! Events that no longer start the checks, or only for some paths or branches.

use std::collections::BTreeMap;

use super::Pipeline;
use super::compare::{Kind, Lost};

/// What limits an event, by key.
pub(super) type Filters = BTreeMap<String, Vec<String>>;

/// Compares what starts a file. `is_called` tells whether something calls it in head that an event starts as often.
pub(super) fn compare(
    file: usize,
    base: &Pipeline,
    head: &Pipeline,
    is_called: &dyn Fn(&str, &Filters) -> bool,
) -> Vec<Lost> {
    let mut lost = Vec::new();
    if !base.checks() {
        return lost;
    }
    let mut add = |what: String, base: &str, head: &str| {
        lost.push(Lost::of_file(file, Kind::Step, what, base, head));
    };
    for (event, before) in &base.triggers {
        if !["pull_request", "pull_request_target", "push", "merge_group"].contains(&event.as_str()) {
            continue;
        }
        let Some(after) = head.triggers.get(event) else {
            // Called from elsewhere, it is started by what calls it.
            if !(head.triggers.contains_key("workflow_call") && is_called(event, before)) {
                add(format!("`{event}` no longer starts the checks"), &format!("on: {event}"), "on:");
            }
            continue;
        };
        for key in narrower(event, before, after, head) {
            let was = before.get(key).cloned().unwrap_or_default();
            let what = format!("`{event}` starts the checks only for some `{key}`");
            add(what, &was.join(", "), &format!("{key}:"));
        }
    }
    lost
}

/// Whether an event starts a pipeline as often as it started what had these filters.
pub(super) fn is_as_often(event: &str, was: &Filters, head: &Pipeline) -> bool {
    head.triggers.get(event).is_some_and(|now| narrower(event, was, now, head).is_empty())
}

fn narrower(event: &str, was: &Filters, now: &Filters, head: &Pipeline) -> Vec<&'static str> {
    // A push to the default branch only is what most keep, beside checks on every pull request.
    let usual = event == "push" && head.triggers.contains_key("pull_request");
    let keys = ["paths", "paths-ignore", "branches", "branches-ignore", "types"].into_iter();
    keys.filter(|key| narrows(key, was, now) && !(usual && *key == "branches")).collect()
}

fn narrows(key: &str, before: &Filters, after: &Filters) -> bool {
    let (was, now) = (before.get(key), after.get(key));
    let listed = |list: Option<&Vec<String>>| list.cloned().unwrap_or_default();
    let (was_list, now_list) = (listed(was), listed(now));
    let ignores = key.ends_with("ignore");
    let all = |glob: &String| glob == "**" || glob == "*";
    match (was, now) {
        (None, Some(_)) if key == "types" => !now_list.iter().any(|kind| kind == "synchronize"),
        (None, Some(_)) if ignores => !now_list.is_empty(),
        (None, Some(_)) => !now_list.iter().any(all) || now_list.iter().any(|glob| glob.starts_with('!')),
        (Some(_), Some(_)) if ignores => now_list.iter().any(|glob| !was_list.contains(glob)),
        (Some(_), Some(_)) => {
            let fewer =
                was_list.len() > now_list.len() && was_list.iter().any(|glob| !now_list.contains(glob));
            fewer && !now_list.iter().any(all)
                || now_list.iter().any(|glob| glob.starts_with('!') && !was_list.contains(glob))
        }
        _ => false,
    }
}
