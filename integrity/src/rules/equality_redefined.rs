//! Comparisons by hand, and assertion macros, that find alike what differs.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::{self, HELP_OTHER, side_by_side};
use crate::facts::{Comparison, FileFacts, Shape};
use crate::rules::Check;
use crate::rust::Side;

rule! {
    /// A type whose comparison was derived, or compared more, and that is now compared by hand: `PartialEq`, `PartialOrd`
    /// or `Ord` that names not all of its fields or variants, always says the same, or compares roughly. One that names
    /// everything is silent. An assertion macro that the change defines, renames or imports from its own crates under a
    /// name that tests used belongs to it (`assert_eq` and its like are `test-made-vacuous`).
    ///
    /// ## Why it hurts
    /// Every `assert_eq!` on the type asks this code whether two values are equal. When it says yes to all of them, all
    /// those tests are green, and none of them was touched.
    ///
    /// ## Example
    /// ```base rust
    /// #[derive(Debug, PartialEq)]
    /// pub struct Track { pub id: u64, pub score: f32 }
    /// ```
    /// ```head rust bad
    /// #[derive(Debug)]
    /// pub struct Track { pub id: u64, pub score: f32 }
    /// impl PartialEq for Track { //~
    ///     fn eq(&self, other: &Self) -> bool { self.id == other.id }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Leave the derive, and compare what a test is about: `assert_eq!(one.id, other.id)`.
    /// ```base rust
    /// #[derive(Debug, PartialEq)]
    /// pub struct Track { pub id: u64, pub score: f32 }
    /// ```
    /// ```head rust good
    /// #[derive(Debug)]
    /// pub struct Track { pub id: u64, pub score: f32 }
    /// impl PartialEq for Track {
    ///     fn eq(&self, other: &Self) -> bool { self.id == other.id && self.score.to_bits() == other.score.to_bits() }
    /// }
    /// ```
    pub static EQUALITY_REDEFINED = {
        id: "equality-redefined",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds comparisons by hand that find alike what differs",
    };
}

pub(super) static CHECK: Check = Check { rule: &EQUALITY_REDEFINED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let sides = |at_base: bool| -> Vec<&Side> {
        let files = scene.rust.files.iter();
        files.filter_map(|file| if at_base { file.base.as_ref() } else { file.head.as_ref() }).collect()
    };
    let (before, after) = (sides(true), sides(false));
    for side in &after {
        for comparison in &side.facts.types.comparisons {
            findings.extend(redefined(comparison, side, &before, &after));
        }
    }
    macros(scene, findings);
}

fn redefined(comparison: &Comparison, side: &Side, before: &[&Side], after: &[&Side]) -> Option<Finding> {
    // Two types of one name are told apart by their files, where both are in one.
    let near = |sides: &[&Side]| -> Vec<usize> {
        let own = sides.iter().position(|other| other.path == side.path);
        own.into_iter().chain((0..sides.len()).filter(|at| Some(*at) != own)).collect()
    };
    let shape_of = |sides: &[&Side]| -> Option<(String, Shape)> {
        near(sides).into_iter().find_map(|at| {
            let shape = sides[at].facts.types.shapes.get(&comparison.kind)?;
            Some((sides[at].path.clone(), shape.clone()))
        })
    };
    let (path, was) = shape_of(before)?;
    let (_, is) = shape_of(after)?;
    let by_hand = |facts: &FileFacts| {
        let mut all = facts.types.comparisons.iter();
        all.find(|one| one.of == comparison.of && one.kind == comparison.kind).cloned()
    };
    let earlier = near(before).into_iter().find_map(|at| by_hand(&before[at].facts));
    if earlier.as_ref().is_some_and(|one| one.body == comparison.body) || is_handed_on(comparison, after) {
        return None;
    }
    let missing = missing(comparison, &is);
    let what = match &earlier {
        Some(one) => {
            let more: Vec<String> = missing.into_iter().filter(|name| one.body.contains(name)).collect();
            let constant = constant(comparison).filter(|_| self::constant(one).is_none());
            let rough = rough(comparison).filter(|_| self::rough(one).is_none());
            constant.or_else(|| ignores(&more, &is)).or(rough)?
        }
        None if was.derives.contains(&comparison.of) => {
            constant(comparison).or_else(|| ignores(&missing, &is)).or_else(|| rough(comparison))?
        }
        None => constant(comparison)?,
    };
    let derived = format!("#[derive({})] {}", comparison.of, comparison.kind);
    let text = earlier.as_ref().map_or(derived.as_str(), |one| one.text.as_str());
    let place = earlier.as_ref().map_or(Location::file(&path), |one| Location::at(&path, one.span));
    let message = format!("`{}` of `{}` {what}", comparison.of, evidence::short(&comparison.kind));
    Some(
        Finding::new(&EQUALITY_REDEFINED, Location::at(&side.path, comparison.span), message)
            .help(HELP_OTHER)
            .note_at_base(place, side_by_side(text, &comparison.text))
            .fact(&comparison.of)
            .fact(&comparison.kind)
            .fact(what)
            .judged(text, &comparison.text),
    )
}

/// Whether it asks another comparison of the same type, which is looked at by itself.
fn is_handed_on(comparison: &Comparison, after: &[&Side]) -> bool {
    let asks = |method: &str| {
        comparison.body.windows(4).any(|four| four[0] == "self" && four[1] == "." && four[2] == method)
            || comparison
                .body
                .windows(3)
                .any(|three| three[0] == ":" && three[1] == method && three[2] == "(")
    };
    let has = |of: &str| {
        let all = after.iter().flat_map(|side| &side.facts.types.comparisons);
        let derived = after.iter().filter_map(|side| side.facts.types.shapes.get(&comparison.kind));
        all.filter(|one| one.kind == comparison.kind).any(|one| one.of == of)
            || derived.into_iter().any(|shape| shape.derives.contains(of))
    };
    match comparison.of.as_str() {
        "PartialEq" => asks("cmp") && has("Ord") || asks("partial_cmp") && has("PartialOrd"),
        "PartialOrd" => asks("cmp") && has("Ord"),
        _ => asks("partial_cmp") && has("PartialOrd"),
    }
}

/// What a comparison always says.
fn constant(comparison: &Comparison) -> Option<String> {
    const ALWAYS: &[&str] = &[
        "bool { true }",
        "bool { false }",
        "bool { return true ; }",
        "Ordering { Ordering : : Equal }",
        "Ordering { std : : cmp : : Ordering : : Equal }",
        "> { Some ( Ordering : : Equal ) }",
        "> { None }",
    ];
    let body = comparison.body.join(" ");
    let said = ALWAYS.iter().find(|said| body.contains(**said))?;
    let said = said.split_once("{ ").map_or(*said, |(_, said)| said.trim_end_matches(['}', ' ']));
    Some(format!("always says `{}`", said.replace(" : : ", "::")))
}

/// Fields or variants that a comparison does not name.
fn missing(comparison: &Comparison, shape: &Shape) -> Vec<String> {
    let named: BTreeSet<&str> = comparison.body.iter().map(String::as_str).collect();
    let whole = |name: &str| {
        // `self.0.1` is one literal after the dot.
        name.chars().all(|c| c.is_ascii_digit())
            && named.iter().any(|token| token.starts_with(&format!("{name}.")))
    };
    let tuple = shape.fields.first().is_some_and(|first| first == "0");
    let taken_apart =
        tuple && comparison.body.windows(2).any(|two| two[0] == comparison.kind && two[1] == "(");
    if taken_apart && !named.contains("_") && !comparison.body.join(" ").contains(". .") {
        return Vec::new();
    }
    let all = shape.fields.iter().chain(&shape.variants);
    all.filter(|name| !named.contains(name.as_str()) && !whole(name)).cloned().collect()
}

fn ignores(missing: &[String], shape: &Shape) -> Option<String> {
    let what = if shape.variants.is_empty() { "field" } else { "variant" };
    match missing {
        [] => None,
        [one] => Some(format!("does not look at the {what} `{}`", evidence::short(one))),
        [one, rest @ ..] => {
            let more = rest.len();
            Some(format!("does not look at the {what} `{}` and {more} more", evidence::short(one)))
        }
    }
}

/// How a comparison takes for equal what is only near.
fn rough(comparison: &Comparison) -> Option<String> {
    const ROUGH: &[&str] = &[
        "abs",
        "round",
        "floor",
        "trunc",
        "eq_ignore_ascii_case",
        "to_lowercase",
        "to_ascii_lowercase",
        "trim",
        "EPSILON",
        "discriminant",
    ];
    let word = comparison.body.iter().find(|token| ROUGH.contains(&token.as_str()))?;
    Some(format!("compares roughly, by `{word}`"))
}

/// Assertion macros that head brings under a name that tests used.
fn macros(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        let Ok(text) = scene.change.head.text(&head.path) else { continue };
        let Ok(before) = scene.base.text(&base.path) else { continue };
        if !text.contains("assert") {
            continue;
        }
        for (number, line) in (1u32..).zip(text.lines()) {
            let Some(name) = brought(line) else { continue };
            let used = base.facts.functions.iter().any(|one| calls(one, name));
            let still = head.facts.functions.iter().any(|one| calls(one, name));
            if !used || !still || before.lines().any(|line| brought(line) == Some(name)) {
                continue;
            }
            let message = format!("`{name}!` of the tests is another macro than it was");
            findings.push(
                Finding::new(&EQUALITY_REDEFINED, Location::point(&head.path, number, 1), message)
                    .help(evidence::HELP)
                    .note(format!("+ {}", line.trim()))
                    .fact(name)
                    .judged(name, line.trim()),
            );
        }
    }
}

fn calls(function: &crate::facts::Function, name: &str) -> bool {
    function.body.windows(2).any(|two| two[0] == name && two[1] == "!")
}

/// The assertion macro that a line defines, or brings from the crate's own code or under another name.
fn brought(line: &str) -> Option<&str> {
    let line = line.trim();
    let name = |rest: &str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    if let Some(rest) = line.strip_prefix("macro_rules!").map(str::trim_start) {
        let defined = &rest[..name(rest)];
        return (says_assert(defined) && !is_plain(defined)).then_some(defined);
    }
    let import = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("use ")?;
    if let Some((_, renamed)) = import.split_once(" as ") {
        let renamed = &renamed[..name(renamed)];
        return (says_assert(renamed) && !is_plain(renamed)).then_some(renamed);
    }
    let own = ["crate::", "super::", "self::"].iter().any(|start| import.starts_with(start));
    let last = import.trim_end_matches(';').rsplit("::").next().unwrap_or_default();
    let mut names = last.trim_matches(['{', '}']).split(',').map(str::trim);
    names.find(|name| own && says_assert(name))
}

fn says_assert(name: &str) -> bool {
    name.contains("assert") || name == "ensure"
}

/// What `test-made-vacuous` finds.
fn is_plain(name: &str) -> bool {
    ["assert", "assert_eq", "assert_ne"].contains(&name)
}
