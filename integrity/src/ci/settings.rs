//! Variables and folders that make the same command check less.

use std::collections::BTreeMap;

use super::compare::{Kind, Lost};
use super::{Pipeline, programs};
use crate::evidence::short;

/// Variables of which a smaller number asks for less.
const MORE_IS_MORE: &[&str] =
    &["PROPTEST_CASES", "QUICKCHECK_TESTS", "LOOM_MAX_PREEMPTIONS", "BOLERO_RANDOM_ITERATIONS"];

/// Variables of which a larger number lets more pass.
const MORE_IS_LESS: &[&str] = &["NEXTEST_RETRIES"];

pub(super) fn compare(file: usize, base: &Pipeline, head: &Pipeline) -> Vec<Lost> {
    let (before, after) = (base.variables(), head.variables());
    let mut lost = flags(file, &before, &after, base, head);
    if !base.checks() {
        return lost;
    }
    let last = |all: &[(String, String)]| -> BTreeMap<String, String> { all.iter().cloned().collect() };
    let (was, now) = (last(&before), last(&after));
    let mut add = |what: String, name: &str, base: &str| {
        lost.push(Lost::of_file(file, Kind::Setting, what, base, name));
    };
    for name in MORE_IS_MORE.iter().chain(MORE_IS_LESS) {
        let number =
            |all: &BTreeMap<String, String>| all.get(*name).and_then(|value| value.parse::<u64>().ok());
        let looser = match (number(&was), number(&now), MORE_IS_LESS.contains(name)) {
            (Some(was), Some(now), false) => now < was,
            (was, Some(now), true) => now > was.unwrap_or(0),
            (Some(_), None, less) => !less,
            _ => false,
        };
        if looser {
            let shown = |all: &BTreeMap<String, String>| {
                all.get(*name).cloned().unwrap_or_else(|| "unset".to_owned())
            };
            add(
                format!("`{name}` is {} and was {}", short(&shown(&now)), short(&shown(&was))),
                name,
                &shown(&was),
            );
        }
    }
    for name in now.keys().filter(|name| name.starts_with("CARGO_PROFILE_")) {
        let off = now.get(name).is_some_and(|value| value == "false" || value == "0");
        let checks = name.ends_with("OVERFLOW_CHECKS") || name.ends_with("DEBUG_ASSERTIONS");
        if off && checks && was.get(name) != now.get(name) {
            add(
                format!("`{name}` is switched off"),
                name,
                was.get(name).map(String::as_str).unwrap_or_default(),
            );
        }
    }
    lost.extend(programs::compare(file, base, head));
    lost
}

/// Compiler flags that let more pass.
fn flags(
    file: usize,
    before: &[(String, String)],
    after: &[(String, String)],
    base: &Pipeline,
    head: &Pipeline,
) -> Vec<Lost> {
    let all = |variables: &[(String, String)], pipeline: &Pipeline| -> String {
        let set = variables.iter().filter(|(name, _)| name.contains("FLAGS")).map(|(_, value)| value.clone());
        let raw = pipeline.commands().map(|(_, _, command)| command.raw.clone());
        let all = set.chain(raw).collect::<Vec<_>>().join(" ");
        all.replace("-D warnings", "-Dwarnings").replace("-A warnings", "-Awarnings")
    };
    let denied = before
        .iter()
        .any(|(name, value)| name.contains("FLAGS") && value.replace(' ', "").contains("-Dwarnings"));
    let (before, after) = (all(before, base), all(after, head));
    let mut lost = Vec::new();
    let mut add = |what: &str, base: &str, head: &str| {
        lost.push(Lost::of_file(file, Kind::Step, what.to_owned(), base, head));
    };
    if denied && !after.contains("-Dwarnings") && !head.jobs.is_empty() {
        add("warnings are no longer errors: `-D warnings` is gone", "-D warnings", "");
    }
    for (flag, what) in [
        ("cap-lints", "lints are capped: `--cap-lints` silences the compiler"),
        ("-Awarnings", "warnings are allowed: `-A warnings` silences the compiler"),
    ] {
        if !before.contains(flag) && after.contains(flag) {
            add(what, "", flag);
        }
    }
    lost
}
