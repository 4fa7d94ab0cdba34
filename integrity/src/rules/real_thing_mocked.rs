//! Mocks where tests used the real thing.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::Scene;
use crate::evidence::{self, HELP};
use crate::facts::similarity;
use crate::patience::has_word;
use crate::rules::Check;
use crate::rust::At;

rule! {
    /// A test that is there on both sides, and in which something made for tests stands where the real thing stood: a
    /// name that says so (`MockStore`, `fake_clock`, `stub`, `dummy`, `noop`), a type of the tests that has a trait of its
    /// own, or an import that now brings such a thing under the name of the real one. What sets tests up is compared in
    /// the same way. A new test may use whatever it likes, and so may one that is given something more.
    ///
    /// ## Why it hurts
    /// The test still calls what it called, but the answer is the one that somebody wrote into the mock. What the real
    /// thing does, its errors, its order, its limits, is no longer tried by anybody.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn an_answer_is_kept() {
    ///     let service = Service::new(FileStore::open("answers"));
    ///     assert_eq!(service.ask(7), service.ask(7));
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn an_answer_is_kept() { //~
    ///     let service = Service::new(MockStore::new());
    ///     assert_eq!(service.ask(7), service.ask(7));
    /// }
    /// ```
    ///
    /// ## Instead
    /// Write another test with the mock, and leave this one.
    /// ```base rust
    /// #[test]
    /// fn an_answer_is_kept() {
    ///     let service = Service::new(MockStore::new());
    ///     assert_eq!(service.ask(7), service.ask(7));
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn an_answer_is_kept() {
    ///     let service = Service::new(FileStore::open("answers"));
    ///     assert_eq!(service.ask(7), service.ask(7));
    /// }
    /// ```
    pub static REAL_THING_MOCKED = {
        id: "real-thing-mocked",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds mocks in tests that used the real thing",
    };
}

pub(super) static CHECK: Check = Check { rule: &REAL_THING_MOCKED, check };

/// Below this the test is another one.
const ALIKE: f64 = 0.4;

/// Longer functions are not compared token by token.
const TOKENS: usize = 4_000;

const MOCKS: &[&str] = &[
    "mock", "mocks", "mocked", "fake", "fakes", "faked", "stub", "stubs", "stubbed", "dummy", "dummies",
    "noop",
];

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (base, head) in scene.differing() {
        if let Some((was, is)) = mocked(base, head) {
            let what = format!("uses `{is}` where it used `{was}`");
            findings.push(evidence::of_pair(&REAL_THING_MOCKED, base, head, &what));
        }
    }
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        for (name, is) in &head.facts.types.bound {
            let Some(was) = base.facts.types.bound.get(name).filter(|was| *was != is) else { continue };
            if !says_mock(is) || says_mock(was) {
                continue;
            }
            let text = scene.change.head.text(&head.path).unwrap_or_default();
            let line = evidence::line_of(&text, is.rsplit(' ').next().unwrap_or(is)).unwrap_or(1);
            let message = format!("`{name}` of the tests is `{}` where it was `{}`", joined(is), joined(was));
            findings.push(
                Finding::new(&REAL_THING_MOCKED, Location::point(&head.path, line, 1), message)
                    .help(HELP)
                    .note(format!("- {}\n+ {}", joined(was), joined(is)))
                    .fact(name)
                    .judged(was, is),
            );
        }
    }
}

/// Whether a path names a mock, or the module of one; what a crate is called says little of what is in it.
fn says_mock(path: &str) -> bool {
    path.rsplit(" :: ").take(2).any(|part| has_word(part, MOCKS))
}

/// A path without the spaces between its tokens.
fn joined(path: &str) -> String {
    path.replace(' ', "")
}

/// What head has for tests where the base had something else, with that.
fn mocked(base: At<'_>, head: At<'_>) -> Option<(String, String)> {
    let (one, other) = (&base.function.body, &head.function.body);
    if one.len() > TOKENS || other.len() > TOKENS || one == other {
        return None;
    }
    let (before, after): (BTreeSet<&String>, BTreeSet<&String>) =
        (one.iter().collect(), other.iter().collect());
    let doubles = &head.side.facts.types.doubles;
    let for_tests = |name: &String| {
        has_word(name, MOCKS) || doubles.contains(name) && !base.side.facts.types.doubles.contains(name)
    };
    let fresh = |at: &usize| {
        let name = &other[*at];
        !before.contains(name) && for_tests(name) && is_thing(other, *at)
    };
    let mut candidates = (0..other.len()).filter(fresh).peekable();
    candidates.peek()?;
    if similarity(one, other) < ALIKE {
        return None;
    }
    let replaced: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> =
        capture_diff_slices(Algorithm::Myers, one, other)
            .into_iter()
            .filter_map(|op| match op {
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    Some((old_index..old_index + old_len, new_index..new_index + new_len))
                }
                _ => None,
            })
            .collect();
    candidates.find_map(|at| {
        let (old, _) = replaced.iter().find(|(_, new)| new.contains(&at))?;
        let real = |at: &usize| !after.contains(&one[*at]) && !for_tests(&one[*at]) && is_thing(one, *at);
        let was = old.clone().find(real)?;
        Some((one[was].clone(), other[at].clone()))
    })
}

/// Whether a type, or something that is called, stands at a token.
fn is_thing(tokens: &[String], at: usize) -> bool {
    let name = &tokens[at];
    let next = tokens.get(at + 1).map(String::as_str);
    let method = at > 0 && tokens[at - 1] == ".";
    match name.chars().next() {
        Some(first) if first.is_uppercase() => name.chars().any(char::is_lowercase),
        Some(first) if first.is_lowercase() => !method && matches!(next, Some("(" | ":" | "!")),
        _ => false,
    }
}
