//! The guard's positive control: weakenings of every family of rules, planted in memory and judged like any other change.

use ::policy::{Document, POLICY_FILE, PolicyError, Schema};
use findings::{Finding, missed};
use source::{Change, Tree};

use crate::{Error, Policies, Policy, RULES, SECTION, check};

/// Why the control could not look.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// As for any other change.
    #[error(transparent)]
    Check(#[from] Error),
    /// The planted policy is none.
    #[error("failed to read the planted policy: {0}")]
    Policy(#[from] PolicyError),
}

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// As [`check`].
pub fn control() -> Result<Vec<&'static str>, ControlError> {
    let found = found()?;
    let has_both =
        ["claude", "codex"].iter().all(|client| found.iter().any(|finding| unwires(finding, client)));
    let mut missed = missed(PLANTED, &found);
    if !has_both && !missed.contains(&HOOKS) {
        missed.push(HOOKS);
    }
    Ok(missed)
}

/// The rule that is to find the hooks of every client.
const HOOKS: &str = "hook-unwired";

fn unwires(finding: &Finding, client: &str) -> bool {
    let is_of_client = |file: &str| file.strip_prefix('.').is_some_and(|file| file.starts_with(client));
    finding.rule.id == HOOKS && finding.file().is_some_and(is_of_client)
}

/// What is found in the planted change.
fn found() -> Result<Vec<Finding>, ControlError> {
    let (base, head) = (Tree::from_memory(BASE), Tree::from_memory(HEAD));
    let read = |text| Document::parse(POLICY_FILE, text, &SCHEMA);
    let (before, after) = (read(POLICY_BEFORE)?, read(POLICY_AFTER)?);
    let change = Change::of_trees(Some(base), head);
    let policies =
        Policies { base: &before, head: &after, schema: &SCHEMA, rules: RULES, spoke_of_nothing: &|_| false };
    let checked = check(&change, &policies, &Policy::default())?;
    Ok(checked.unwrap_or_default().findings)
}

/// The rules that the planted change breaks: some of every family.
static PLANTED: &[&str] = &[
    "assertion-removed",
    "assertion-weakened",
    "broad-suppression-added",
    "budget-loosened",
    "ci-step-weakened",
    "expectation-changed",
    "expectation-forced",
    HOOKS,
    "lock-entry-swapped",
    "policy-loosened",
    "suppression-added",
    "test-deleted",
    "test-disabled",
    "test-made-vacuous",
    "test-narrowed",
    "tool-setting-loosened",
    "unread-side",
];

static SCHEMA: Schema = Schema { sections: &[SECTION] };

const POLICY_BEFORE: &str = "levels: {test-deleted: error}\n";
const POLICY_AFTER: &str = "levels: {test-deleted: warning}\n";

const BASE: [(&str, &str); 11] = [
    ("gatefold.yaml", POLICY_BEFORE),
    ("Cargo.toml", MANIFEST_BEFORE),
    ("Cargo.lock", LOCK_BEFORE),
    ("alerts.yaml", "groups: [{rules: [{alert: Late, expr: seconds > 1}]}]\n"),
    ("src/lib.rs", CODE_BEFORE),
    ("src/torn.rs", "fn torn() {}\n"),
    ("tests/ranking.rs", TESTS_BEFORE),
    ("tests/snapshots/page.snap", "---\nsource: tests/page.rs\n---\n7 3 9\n"),
    (".github/workflows/ci.yml", WORKFLOW_BEFORE),
    (
        ".claude/settings.json",
        "{\"hooks\": {\"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"gate\"}]}]}}\n",
    ),
    (".codex/config.toml", "[[hooks.Stop]]\nhooks = [{ type = \"command\", command = \"gate codex\" }]\n"),
];

const HEAD: [(&str, &str); 11] = [
    ("gatefold.yaml", POLICY_AFTER),
    ("Cargo.toml", MANIFEST_AFTER),
    ("Cargo.lock", LOCK_AFTER),
    ("alerts.yaml", "groups: [{rules: [{alert: Late, expr: seconds > 9}]}]\n"),
    ("src/lib.rs", CODE_AFTER),
    ("src/torn.rs", "fn torn( {\n"),
    ("tests/ranking.rs", TESTS_AFTER),
    ("tests/snapshots/page.snap", "---\nsource: tests/page.rs\n---\n3 7 9\n"),
    (".github/workflows/ci.yml", WORKFLOW_AFTER),
    (".claude/settings.json", "{\"hooks\": {}}\n"),
    (".codex/config.toml", "[features]\nhooks = false\n"),
];

const LOCK_BEFORE: &str = r#"[[package]]
name = "ranker"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "7a2c"
"#;
const LOCK_AFTER: &str = r#"[[package]]
name = "ranker"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "9f41"
"#;

const MANIFEST_BEFORE: &str = r#"
[package]
name = "planted"
version = "0.1.0"
edition = "2024"

[lints.clippy]
unwrap_used = "deny"
"#;

const MANIFEST_AFTER: &str = r#"
[package]
name = "planted"
version = "0.1.0"
edition = "2024"

[lints.clippy]
unwrap_used = "allow"
"#;

const CODE_BEFORE: &str = "
mod torn;

pub fn rank(score: f64) -> i32 {
    score.round().clamp(0.0, 100.0) as i32
}
";

const CODE_AFTER: &str = "
#![allow(warnings)]

mod torn;

#[allow(clippy::cast_possible_truncation)]
pub fn rank(score: f64) -> i32 {
    score as i32
}
";

const TESTS_BEFORE: &str = "
#[test]
fn an_empty_request_is_refused() {
    assert_eq!(refusal(&[]), Err(Refused::Empty));
}

#[test]
fn ties_stand_in_candidate_order() {
    let ranked = rank(&[candidate(7, 0.5), candidate(3, 0.5)]);
    assert_eq!(ranked.len(), 2);
    assert_eq!(ranked[0].id, 7);
}

#[test]
fn the_score_is_the_weighted_sum() {
    assert_eq!(score(&features()).map(|score| score.rank), Ok(3));
}

#[test]
fn blocked_artists_are_filtered() {
    let kept = filter(&candidates(), &blocked());
    assert!(kept.iter().all(|candidate| candidate.artist != 9));
}

#[test]
fn the_limit_is_kept() {
    assert_eq!(rank_at_most(3).len(), 3);
}

#[test]
fn paths_are_split() {
    assert_eq!(split(\"a/b\"), [\"a\", \"b\"]);
}
";

const TESTS_AFTER: &str = "
#[test]
fn ties_stand_in_candidate_order() {
    let ranked = rank(&[candidate(7, 0.5), candidate(3, 0.5)]);
    assert_eq!(ranked.len(), 2);
}

#[test]
fn the_score_is_the_weighted_sum() {
    assert!(score(&features()).map(|score| score.rank).is_ok());
}

#[test]
fn blocked_artists_are_filtered() {
    let _kept = filter(&candidates(), &blocked());
}

#[test]
#[ignore]
fn the_limit_is_kept() {
    assert_eq!(rank_at_most(3).len(), 3);
}

#[test]
#[cfg(unix)]
fn paths_are_split() {
    assert_eq!(split(\"a/b\"), [\"a\", \"b\"]);
}
";

const WORKFLOW_BEFORE: &str = "
on: [push, pull_request]
jobs:
  test:
    steps:
      - run: cargo test --workspace
";

const WORKFLOW_AFTER: &str = "
on: [push, pull_request]
jobs:
  test:
    env: { INSTA_FORCE_PASS: 1 }
    steps:
      - run: cargo test --workspace || true
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_planted_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_family() {
        for rule in RULES {
            let mut family = RULES.iter().filter(|other| other.group == rule.group);
            assert!(family.any(|other| PLANTED.contains(&other.id)), "plant one of `{}`", rule.group);
        }
    }
}
