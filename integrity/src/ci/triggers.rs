//! Events that no longer start the checks, or only for some paths or branches.

use super::Pipeline;
use super::compare::{Kind, Lost};

/// Compares what starts a file. `is_called` tells whether something that an event starts calls it in head.
pub(super) fn compare(
    file: usize,
    base: &Pipeline,
    head: &Pipeline,
    is_called: &dyn Fn(&str) -> bool,
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
            if !(head.triggers.contains_key("workflow_call") && is_called(event)) {
                add(format!("`{event}` no longer starts the checks"), &format!("on: {event}"), "on:");
            }
            continue;
        };
        for key in ["paths", "paths-ignore", "branches", "branches-ignore", "types"] {
            let (was, now) = (before.get(key), after.get(key));
            let listed = |list: Option<&Vec<String>>| list.cloned().unwrap_or_default();
            let (was_list, now_list) = (listed(was), listed(now));
            let ignores = key.ends_with("ignore");
            let all = |glob: &String| glob == "**" || glob == "*";
            let narrower = match (was, now) {
                (None, Some(_)) if key == "types" => !now_list.iter().any(|kind| kind == "synchronize"),
                (None, Some(_)) if ignores => !now_list.is_empty(),
                (None, Some(_)) => {
                    !now_list.iter().any(all) || now_list.iter().any(|glob| glob.starts_with('!'))
                }
                (Some(_), Some(_)) if ignores => now_list.iter().any(|glob| !was_list.contains(glob)),
                (Some(_), Some(_)) => {
                    let fewer = was_list.len() > now_list.len()
                        && was_list.iter().any(|glob| !now_list.contains(glob));
                    fewer && !now_list.iter().any(all)
                        || now_list.iter().any(|glob| glob.starts_with('!') && !was_list.contains(glob))
                }
                _ => false,
            };
            // A push to the default branch only is what most keep, beside checks on every pull request.
            let usual = event == "push" && key == "branches" && head.triggers.contains_key("pull_request");
            if narrower && !usual {
                let what = format!("`{event}` starts the checks only for some `{key}`");
                add(what, &was_list.join(", "), &format!("{key}:"));
            }
        }
    }
    lost
}
