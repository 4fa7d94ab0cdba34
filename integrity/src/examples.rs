//! Examples in documentation: those that ran as tests at the base and that head only shows.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, Rule};
use source::{ChangeKind, FileChange};

use crate::Scene;
use crate::evidence;
use crate::facts::similarity;
use crate::scene::texts;

/// What becomes of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Runs,
    /// `no_run`
    Compiles,
    /// `ignore`, `text`, another language.
    Shown,
}

#[derive(Debug)]
struct Example {
    words: Vec<String>,
    /// The lines that begin an assertion.
    asserts: Vec<String>,
    /// What stands after the fence.
    said: String,
    used: Use,
    line: u32,
}

/// Two examples this alike are one that changed.
const ALIKE: f64 = 0.7;

/// Examples that ran and that are not even compiled (`never`), or only compiled.
pub(crate) fn silenced(scene: &Scene<'_>, rule: &'static Rule, never: bool, findings: &mut Vec<Finding>) {
    let now = if never { Use::Shown } else { Use::Compiles };
    for file in
        scene.change.files.iter().filter(|file| file.path.ends_with(".rs") && file.kind != ChangeKind::Added)
    {
        let sides = texts(scene.base, &scene.change.head, file);
        let (Some(Ok(before)), Some(Ok(after))) = (sides.base, sides.head) else { continue };
        if !before.contains("```") {
            continue;
        }
        let (before, after) = (read(&before), read(&after));
        for (was, is) in lost(&before, &after, now) {
            let what = if never { "no longer runs" } else { "is only compiled" };
            let finding = Finding::new(
                rule,
                Location::point(&file.path, is.line, 1),
                format!("the example in the documentation {what}: `{}`", evidence::short(&is.said)),
            )
            .help(evidence::HELP)
            .note_at_base(
                Location::point(crate::scene::base_path(file), was.line, 1),
                format!("- ```{}\n+ ```{}", was.said, is.said),
            )
            .fact(is.words.join(" "))
            .fact(&is.said);
            findings.push(finding.judged(was.words.join(" "), is.words.join(" ")));
        }
    }
}

/// Examples that lost assertions and got nothing new, where what was asserted is still there and no example says it.
pub(crate) fn shortened(scene: &Scene<'_>, rule: &'static Rule, findings: &mut Vec<Finding>) {
    let mut sides: Vec<(&FileChange, Vec<Example>, Vec<Example>)> = Vec::new();
    for file in scene.change.files.iter().filter(|file| file.path.ends_with(".rs")) {
        let texts = texts(scene.base, &scene.change.head, file);
        let before = texts.base.and_then(Result::ok).map(|text| runs(&text)).unwrap_or_default();
        let after = texts.head.and_then(Result::ok).map(|text| runs(&text)).unwrap_or_default();
        sides.push((file, before, after));
    }
    let removed = scene.rust.removed_names();
    let said: BTreeSet<&str> =
        sides.iter().flat_map(|(_, _, after)| after).flat_map(|is| &is.asserts).map(String::as_str).collect();
    let gone = |line: &&String| {
        let mut names = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        !said.contains(line.as_str()) && !names.any(|name| removed.contains(name))
    };
    for (file, before, after) in sides.iter().filter(|(file, ..)| file.kind != ChangeKind::Added) {
        for was in before.iter().filter(|was| !after.iter().any(|is| is.words == was.words)) {
            let Some(lost) = was.asserts.iter().find(gone) else { continue };
            let Some(is) = after.iter().find(|is| is_shorter(is, was)) else { continue };
            let message = format!("the example in the documentation lost `{}`", evidence::short(lost));
            let finding = Finding::new(rule, Location::point(&file.path, is.line, 1), message)
                .help(evidence::HELP)
                .note_at_base(
                    Location::point(crate::scene::base_path(file), was.line, 1),
                    evidence::gone(lost),
                )
                .fact(lost);
            findings.push(finding.judged(was.words.join(" "), is.words.join(" ")));
        }
    }
}

/// The examples of a file that run.
fn runs(text: &str) -> Vec<Example> {
    if !text.contains("```") {
        return Vec::new();
    }
    read(text).into_iter().filter(|example| example.used == Use::Runs).collect()
}

/// Whether an example has fewer assertions than another, says in their order nothing but words of it, and at least a
/// third of them.
fn is_shorter(is: &Example, was: &Example) -> bool {
    let mut words = was.words.iter();
    is.asserts.len() < was.asserts.len()
        && is.words.len() * 3 >= was.words.len()
        && is.words.iter().all(|word| words.any(|other| other == word))
}

/// Examples that ran beside the same, or nearly the same, that are used for less and that the base did not have so.
fn lost<'a>(before: &'a [Example], after: &'a [Example], now: Use) -> Vec<(&'a Example, &'a Example)> {
    let count = |side: &'a [Example], used: Use| {
        let mut counts: BTreeMap<&[String], usize> = BTreeMap::new();
        for example in side.iter().filter(|example| example.used == used) {
            *counts.entry(&example.words).or_default() += 1;
        }
        counts
    };
    let left =
        |mut counts: BTreeMap<&'a [String], usize>, side: &'a [Example], used: Use| -> Vec<&'a Example> {
            let fresh = |example: &&Example| match counts.get_mut(example.words.as_slice()) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            };
            side.iter().filter(|example| example.used == used).filter(fresh).collect()
        };
    let gone = left(count(after, Use::Runs), before, Use::Runs);
    let mut fresh = left(count(before, now), after, now);
    if gone.len() * fresh.len() > 10_000 {
        return Vec::new();
    }
    let pair = |was: &'a Example| {
        let likeness = |is: &&Example| similarity(&was.words, &is.words);
        let (at, alike) =
            fresh.iter().map(likeness).enumerate().max_by(|one, other| one.1.total_cmp(&other.1))?;
        (alike >= ALIKE).then(|| (was, fresh.swap_remove(at)))
    };
    gone.into_iter().filter_map(pair).collect()
}

/// The fenced blocks of the documentation comments of a file.
fn read(text: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<Example> = None;
    for (number, line) in (1u32..).zip(text.lines()) {
        let line = line.trim_start();
        let comment = match line.strip_prefix("///") {
            Some(rest) if !rest.starts_with('/') => Some(rest),
            Some(_) => None,
            None => line.strip_prefix("//!"),
        };
        let Some(comment) = comment.map(str::trim) else {
            open = None;
            continue;
        };
        let fence = comment.strip_prefix("```").or_else(|| comment.strip_prefix("~~~"));
        match (fence, &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(said), None) => {
                let said = said.trim_start_matches(['`', '~']).trim().to_owned();
                open = Some(Example {
                    words: Vec::new(),
                    asserts: Vec::new(),
                    used: used(&said),
                    said,
                    line: number,
                });
            }
            (None, Some(example)) => {
                let code = comment.strip_prefix("# ").unwrap_or(comment);
                example.asserts.extend(code.starts_with("assert").then(|| code.to_owned()));
                let part = |c: char| !c.is_alphanumeric() && c != '_';
                example.words.extend(
                    code.split_inclusive(part)
                        .map(str::trim)
                        .filter(|word| !word.is_empty())
                        .map(str::to_owned),
                );
            }
            (None, None) => {}
        }
    }
    found.retain(|example| !example.words.is_empty());
    found
}

/// What rustdoc does with a block, by what stands after the fence.
fn used(said: &str) -> Use {
    let words = || said.split([',', ' ', '{', '}']).map(str::trim).filter(|word| !word.is_empty());
    let is_rust = |word: &str| {
        ["rust", "should_panic", "no_run", "compile_fail", "test_harness", "standalone_crate"].contains(&word)
            || word.starts_with("edition20")
            || word.len() == 5 && word.starts_with('E')
    };
    match () {
        () if !words().all(is_rust) => Use::Shown,
        () if words().any(|word| word == "no_run") => Use::Compiles,
        () => Use::Runs,
    }
}

/// Whether the documentation of a text has an example that runs.
pub(crate) fn has_one(text: &str) -> bool {
    text.contains("```") && read(text).iter().any(|example| example.used != Use::Shown)
}
