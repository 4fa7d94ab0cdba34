//! Lints that are allowed at one more place.

use std::collections::BTreeMap;

use findings::{Finding, Location, Rule, rule};

use crate::Scene;
use crate::evidence::HELP_OTHER;
use crate::facts::LintAttribute;
use crate::rules::Check;
use crate::rust::Side;

rule! {
    /// An `#[allow]` or `#[expect]` of one lint, without a reason, in code that is not there for tests, where the change
    /// as a whole has more of them than the base: on an item, a field, a statement, or in the body of a macro. Moved code
    /// keeps its own. So is `#[automatically_derived]`, by which lints pass over code that somebody wrote, and a group
    /// of lints or dead code for the whole of a file that is new.
    ///
    /// ## Why it hurts
    /// Whoever comes next cannot tell whether the lint was wrong here or merely in the way.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn rank(score: f64) -> i32 {
    ///     score.round().clamp(0.0, 100.0) as i32
    /// }
    /// ```
    /// ```head rust bad
    /// #[allow(clippy::cast_possible_truncation)] //~
    /// pub fn rank(score: f64) -> i32 {
    ///     score as i32
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// pub fn rank(score: f64) -> i32 {
    ///     score.round().clamp(0.0, 100.0) as i32
    /// }
    /// ```
    /// ```head rust good
    /// #[expect(clippy::cast_possible_truncation, reason = "scores lie between 0 and 100")]
    /// pub fn rank(score: f64) -> i32 {
    ///     score as i32
    /// }
    /// ```
    pub static SUPPRESSION_ADDED = {
        id: "suppression-added",
        guard: "integrity",
        group: "suppressions",
        level: Warning,
        summary: "finds lints that are newly allowed without a reason",
    };
}

pub(super) static CHECK: Check = Check { rule: &SUPPRESSION_ADDED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let counts = |one: &LintAttribute| !one.reasoned && !one.test;
    let narrow = |side: &Side, one: &LintAttribute, new: bool| !is_broad(side, one, new) && counts(one);
    added(
        scene,
        &SUPPRESSION_ADDED,
        &narrow,
        &|_, one| counts(one),
        "name the reason: `#[expect(.., reason = \"..\")]`, or repair what the lint found",
        findings,
    );
}

/// The suppressions that head has beyond those of the base, by lint, over all files of the change: `wanted` says which
/// of head's are meant, given whether their file is new, and `counted` which of the base's they are set against.
pub(super) fn added(
    scene: &Scene<'_>,
    rule: &'static Rule,
    wanted: &dyn Fn(&Side, &LintAttribute, bool) -> bool,
    counted: &dyn Fn(&Side, &LintAttribute) -> bool,
    help: &str,
    findings: &mut Vec<Finding>,
) {
    let mut before: BTreeMap<&str, usize> = BTreeMap::new();
    let mut placed: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for side in scene.rust.files.iter().filter_map(|file| file.base.as_ref()) {
        for one in side.facts.suppressions.iter().filter(|one| counted(side, one)) {
            *before.entry(&one.lint).or_default() += 1;
            *placed.entry((&one.lint, &one.item, &side.path)).or_default() += 1;
        }
    }
    let mut fresh: BTreeMap<&str, Vec<(&Side, &LintAttribute)>> = BTreeMap::new();
    let mut after: BTreeMap<&str, usize> = BTreeMap::new();
    for file in &scene.rust.files {
        let Some(side) = &file.head else { continue };
        let was = file.base.as_ref().map_or(side.path.as_str(), |base| base.path.as_str());
        let new = file.base.is_none();
        for one in side.facts.suppressions.iter().filter(|one| wanted(side, one, new)) {
            *after.entry(&one.lint).or_default() += 1;
            match placed.get_mut(&(one.lint.as_str(), one.item.as_str(), was)).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => fresh.entry(&one.lint).or_default().push((side, one)),
            }
        }
    }
    for (lint, places) in fresh {
        let more = after[lint].saturating_sub(before.get(lint).copied().unwrap_or(0));
        for (side, one) in places.iter().take(more) {
            let on = match (one.inner, one.item.as_str()) {
                (true, "") => " for the whole file".to_owned(),
                (_, "") => String::new(),
                (_, item) => format!(" on `{}`", crate::evidence::short(item)),
            };
            let what = match one.word.as_str() {
                "automatically_derived" => format!("`#[automatically_derived]` stands{on} by hand"),
                "expect" => format!("lint `{lint}` is expected{on}, and was not"),
                _ => format!("lint `{lint}` is allowed{on}, and was not"),
            };
            let finding = Finding::new(rule, Location::at(&side.path, one.span), what)
                .help(if help.is_empty() { HELP_OTHER } else { help })
                .fact(lint)
                .fact(&one.item)
                .judged("", format!("{lint} {}", one.item));
            findings.push(finding);
        }
    }
}

/// Whether a suppression silences more than one lint, or one for a whole crate that hides dead code. What is new may
/// silence what it brings, but not everything.
pub(crate) fn is_broad(side: &Side, one: &LintAttribute, new: bool) -> bool {
    const GROUPS: &[&str] = &[
        "warnings",
        "unused",
        "nonstandard_style",
        "future_incompatible",
        "rust_2018_idioms",
        "rust_2024_compatibility",
        "clippy::all",
        "clippy::correctness",
        "clippy::suspicious",
        "clippy::complexity",
        "clippy::perf",
        "clippy::style",
        "clippy::pedantic",
        "clippy::restriction",
        "clippy::nursery",
        "clippy::cargo",
    ];
    let whole = one.inner && one.item.is_empty();
    let root = ["lib.rs", "main.rs"].iter().any(|name| side.path.rsplit('/').next() == Some(name));
    let opinion = matches!(one.lint.as_str(), "clippy::pedantic" | "clippy::nursery" | "clippy::restriction");
    let hides = matches!(one.lint.as_str(), "unused_must_use" | "unreachable_code")
        || one.lint == "dead_code" && root;
    match one.lint.as_str() {
        _ if one.reasoned && (opinion || !GROUPS.contains(&one.lint.as_str())) => false,
        "warnings" | "clippy::all" => true,
        _ if new || one.test => false,
        lint if GROUPS.contains(&lint) => whole,
        _ => hides && whole,
    }
}
