//! Answers that production code gives because a test expects them.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::{HELP_OTHER, short};
use crate::facts::{self, Answer, Function, number};
use crate::rules::Check;
use crate::rust::{At, Read, Side, parse_all};
use crate::support::folder;

rule! {
    /// Production code that newly gives a literal back for a literal, where one test has both: what the test feeds in,
    /// and what it expects. Only values that tell something count: texts of six characters, numbers of three digits that
    /// are not zeros at the end. Tests of the change are looked at, and those of the same package that it does not touch.
    ///
    /// ## Why it hurts
    /// The test is green, and the code is right for the one value that the test knows. For every other it is as wrong as it
    /// was.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn score(id: u64) -> f32 { weigh(id) }
    /// #[test]
    /// fn a_track_has_a_score() { assert_eq!(score(48213), 0.8125); }
    /// ```
    /// ```head rust bad
    /// pub fn score(id: u64) -> f32 {
    ///     if id == 48213 { return 0.8125; } //~
    ///     weigh(id)
    /// }
    /// #[test]
    /// fn a_track_has_a_score() { assert_eq!(score(48213), 0.8125); }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// pub fn score(id: u64) -> f32 { weigh(id) }
    /// #[test]
    /// fn a_track_has_a_score() { assert_eq!(score(48213), 0.8125); }
    /// ```
    /// ```head rust good
    /// pub fn score(id: u64) -> f32 { weigh(id) * bonus(id) }
    /// #[test]
    /// fn a_track_has_a_score() { assert_eq!(score(48213), 0.8125); }
    /// ```
    pub static TEST_VALUE_SPECIAL_CASED = {
        id: "test-value-special-cased",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds production code that gives a test its answer for the value that the test feeds in",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_VALUE_SPECIAL_CASED, check };

/// Not more files are read beside the change, not more of them parsed, and not for more answers: a table that comes
/// with hundreds of rows is written for no test.
const FILES: usize = 1_000;
const PARSED: usize = 40;
const ANSWERS: usize = 64;

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let suspects = suspects(scene);
    if suspects.is_empty() {
        return;
    }
    let elsewhere = untouched(scene, &suspects);
    let sides = |at_base: bool| {
        let files = scene.rust.files.iter();
        files.filter_map(move |file| if at_base { file.base.as_ref() } else { file.head.as_ref() })
    };
    let tests: Vec<At<'_>> = sides(false)
        .chain(sides(true))
        .chain(&elsewhere)
        .flat_map(|side| side.facts.functions.iter().map(move |function| At { side, function }))
        .collect();
    let mut saying: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, test) in tests.iter().enumerate() {
        for literal in spoken(test) {
            saying.entry(literal).or_default().insert(index);
        }
    }
    for (side, answer) in suspects {
        let Some(expecting) = saying.get(&value(&answer.gives)) else { continue };
        let feeding = given(answer).filter_map(|given| saying.get(&value(given)));
        let Some(test) = feeding.flat_map(|feeding| feeding.intersection(expecting)).next() else { continue };
        let test = &tests[*test];
        let for_what = given(answer).next().map(String::as_str).unwrap_or_default();
        let message = format!(
            "`{}` answers `{}` for `{}`, as the test `{}` has it",
            answer.function,
            short(&answer.gives),
            short(for_what),
            short(&test.function.name)
        );
        findings.push(
            Finding::new(&TEST_VALUE_SPECIAL_CASED, Location::at(&side.path, answer.span), message)
                .help(HELP_OTHER)
                .note(format!("{}: `{}`", test.side.path, short(&test.function.name)))
                .fact(&answer.function)
                .fact(for_what)
                .fact(&answer.gives)
                .judged("", format!("{for_what} {}", answer.gives)),
        );
    }
}

/// Answers of head's code that the base's does not give, and that tell something.
fn suspects<'a>(scene: &'a Scene<'_>) -> Vec<(&'a Side, &'a Answer)> {
    let base = scene.rust.files.iter().filter_map(|file| file.base.as_ref());
    let known: BTreeSet<(&[String], &str)> = base
        .flat_map(|side| &side.facts.special.answers)
        .map(|answer| (answer.given.as_slice(), answer.gives.as_str()))
        .collect();
    let heads = scene.rust.files.iter().filter_map(|file| file.head.as_ref());
    let all = heads.flat_map(|side| side.facts.special.answers.iter().map(move |answer| (side, answer)));
    all.filter(|(_, answer)| {
        tells(&answer.gives)
            && given(answer).next().is_some()
            && !known.contains(&(answer.given.as_slice(), answer.gives.as_str()))
    })
    .collect()
}

fn given(answer: &Answer) -> impl Iterator<Item = &String> {
    answer.given.iter().filter(|literal| tells(literal) && value(literal) != value(&answer.gives))
}

/// Whether a literal is not one that any code may have.
fn tells(literal: &str) -> bool {
    if literal.contains('"') {
        return value(literal).chars().count() >= 6;
    }
    let digits: String = value(literal).chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len() >= 3
}

/// A literal without its type and its underscores.
fn value(literal: &str) -> String {
    match number(literal) {
        Some(value) => value.to_string(),
        None => literal.trim_matches('"').to_owned(),
    }
}

/// The literals of a test.
fn spoken(at: &At<'_>) -> BTreeSet<String> {
    let function: &Function = at.function;
    let rows = function.cases.iter().chain(function.tables.iter().flatten());
    let rows = rows.flat_map(|row| facts::tokens_of_line(row));
    let constants = function.body.iter().filter_map(|token| at.side.facts.constants.get(token));
    let constants = constants.flat_map(|value| facts::tokens_of_line(value));
    let all = function.body.iter().cloned().chain(rows).chain(constants);
    all.filter(|token| facts::is_literal(token)).map(|token| value(&token)).collect()
}

/// Files with tests, in the packages of the suspects, that the change does not touch and that have both values.
fn untouched(scene: &Scene<'_>, suspects: &[(&Side, &Answer)]) -> Vec<Side> {
    let members = &scene.workspaces.head.crates;
    let folders: BTreeSet<String> = members.iter().map(|member| member.dir.clone()).collect();
    let own: BTreeSet<&str> = suspects.iter().filter_map(|(side, _)| folder(&folders, &side.path)).collect();
    let head = &scene.change.head;
    let near = |path: &&str| {
        path.ends_with(".rs")
            && !scene.change.touched(path)
            && folder(&folders, path).is_none_or(|folder| own.contains(folder))
    };
    let has = |text: &str, literal: &str| {
        text.contains(literal.trim_matches('"')) || text.contains(&value(literal))
    };
    let wanted = |path: &&str| {
        let Ok(text) = head.text(path) else { return false };
        let tests = text.contains("#[test]") || text.contains("::test]") || text.contains("#[cfg(test)]");
        let both = |(_, answer): &(&Side, &Answer)| {
            has(&text, &answer.gives) && given(answer).any(|given| has(&text, given))
        };
        tests && suspects.iter().take(ANSWERS).any(both)
    };
    let paths = head.paths().filter(near).take(FILES).filter(wanted).take(PARSED);
    let reads: Vec<Read<'_>> =
        paths.map(|path| Read { tree: head, path: path.to_owned(), support: false }).collect();
    // What cannot be read has no test that could tell.
    parse_all(&reads).into_iter().filter_map(Result::ok).collect()
}
