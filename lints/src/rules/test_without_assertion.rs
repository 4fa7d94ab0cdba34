//! Tests that cannot fail.

use std::collections::{HashMap, HashSet};

use findings::{Finding, rule};

use crate::across::{Across, Does, Function, Key, Named, OfFile};
use crate::{Check, Lint};

rule! {
    /// A test from which no assertion can be reached: it has none, no `unwrap`, `expect` or `?`, and nothing that it calls has
    /// one. Calls are followed by name over the whole workspace, through helpers and through macros; a call of something from
    /// elsewhere counts as an assertion where its name says so (`assert`, `expect`, `verify`, `snapshot` and their like),
    /// and so does every macro from elsewhere that nobody knows.
    ///
    /// Helpers for tests count with all by which they fail, code that is not there for tests with its `assert!`s and panics
    /// only: that it unwraps somewhere does not make a test of it.
    ///
    /// Left alone: tests that must panic or return a result, templates of `rstest`, and bodies that only ask the compiler:
    /// whether a bound holds, by a generic function within the test, or of which type something is.
    /// Names are followed where types would be needed, so that a method that asserts hides another one of its name.
    ///
    /// ## Why it hurts
    /// The test passes whatever the code does. It is counted, it is shown to whoever reviews the change, and when the ranking
    /// breaks it stays green.
    ///
    /// ## Example
    /// ```bad
    /// fn rank(scores: &[f32]) -> Vec<usize> {
    ///     Vec::new()
    /// }
    ///
    /// mod again {
    ///     pub use super::rank as order;
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use super::*;
    ///     use std::println as say;
    ///
    ///     fn scores() -> Vec<f32> {
    ///         vec![0.1, 0.2]
    ///     }
    ///
    ///     macro_rules! ranked {
    ///         ($scores:expr) => {
    ///             rank($scores)
    ///         };
    ///     }
    ///
    ///     #[test]
    ///     fn the_best_comes_first() { //~
    ///         let order = rank(&scores());
    ///         println!("{order:?}");
    ///     }
    ///
    ///     #[tokio::test]
    ///     async fn nobody_is_lost() { //~
    ///         let order = ranked!(&scores());
    ///         if order.len() != 2 {
    ///             eprintln!("somebody is lost");
    ///         }
    ///     }
    ///
    ///     #[::core::prelude::v1::test]
    ///     fn by_another_name() { //~
    ///         let run = |scores: &[f32]| crate::again::order(scores);
    ///         let _ = run(&[]);
    ///     }
    ///
    ///     mod within {
    ///         #[test]
    ///         fn of_a_module() -> () { //~
    ///             fn inner() -> usize {
    ///                 super::super::rank(&[]).len()
    ///             }
    ///             let _ = inner() == 0;
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say what must hold.
    ///
    /// ```good
    /// fn rank(scores: &[f32]) -> Vec<usize> {
    ///     Vec::new()
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use super::*;
    ///
    ///     struct Case {
    ///         scores: Vec<f32>,
    ///     }
    ///
    ///     impl Case {
    ///         fn gives(&self, expected: &[usize]) {
    ///             same(&rank(&self.scores), expected);
    ///         }
    ///     }
    ///
    ///     fn same(found: &[usize], expected: &[usize]) {
    ///         assert_eq!(found, expected);
    ///     }
    ///
    ///     macro_rules! ranks {
    ///         ($scores:expr => $expected:expr) => {
    ///             same(&rank($scores), $expected)
    ///         };
    ///     }
    ///
    ///     #[test]
    ///     fn the_best_comes_first() {
    ///         Case { scores: vec![0.1, 0.2] }.gives(&[1, 0]);
    ///     }
    ///
    ///     #[test]
    ///     fn by_a_macro() {
    ///         ranks!(&[0.1] => &[0]);
    ///     }
    ///
    ///     #[test]
    ///     fn one_by_one() {
    ///         [[0, 1]].iter().map(|order| order.as_slice()).zip([&[0, 1]]).for_each(each);
    ///     }
    ///
    ///     fn each((found, expected): (&[usize], &[usize; 2])) {
    ///         same(found, expected);
    ///     }
    ///
    ///     #[test]
    ///     fn an_order_can_be_sent() {
    ///         fn is_send<T: Send>() {}
    ///         is_send::<Vec<usize>>();
    ///     }
    ///
    ///     #[test]
    ///     fn an_order_is_a_list() {
    ///         let _: Vec<usize> = rank(&[]);
    ///     }
    ///
    ///     #[test]
    ///     #[should_panic(expected = "no scores")]
    ///     fn nothing_is_refused() {
    ///         rank(&[]);
    ///     }
    ///
    ///     #[test]
    ///     fn an_order_is_read() -> Result<(), Error> {
    ///         parse("1, 0").map(drop)
    ///     }
    ///
    ///     #[test]
    ///     fn as_it_was() {
    ///         insta::assert_debug_snapshot!(rank(&[0.1]));
    ///     }
    ///
    ///     #[test]
    ///     fn the_first_is_there() {
    ///         rank(&[0.1]).first().expect("one");
    ///     }
    /// }
    /// ```
    pub static TEST_WITHOUT_ASSERTION = {
        id: "test-without-assertion",
        guard: "lints",
        group: "test-integrity",
        level: Note,
        summary: "finds tests from which no assertion can be reached",
    };
}

pub(super) static LINT: Lint = Lint { rule: &TEST_WITHOUT_ASSERTION, check: Check::Across(check) };

fn check(across: &Across<'_>, findings: &mut Vec<Finding>) {
    let judged = || across.files.iter().filter(|file| across.is_asked(&file.path));
    let is_silent =
        |function: &&Function| function.is_test && !(function.does.asserts || function.does.fails);
    if !judged().any(|file| file.facts.functions.iter().any(|function| is_silent(&function))) {
        return;
    }
    let silent = judged().flat_map(|file| file.facts.functions.iter().filter(is_silent));
    let graph = Graph::of(across.files, silent.map(|function| &function.does));
    for file in judged() {
        for test in file.facts.functions.iter().filter(is_silent) {
            if !graph.fails(&test.does) {
                let message =
                    format!("`{}` passes whatever the code does: it asserts nothing", short(&test.path));
                findings.push(
                    across
                        .finding(&TEST_WITHOUT_ASSERTION, &file.path, test, message)
                        .help("assert what must hold, or remove the test"),
                );
            }
        }
    }
}

/// The name of a test without the modules around.
fn short(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// What can be called from some tests, and from what of it an assertion can be reached.
struct Graph {
    bodies: Bodies,
    /// The keys from which an assertion is reached; of several bodies with one key, from one of them.
    reaches: HashSet<Key>,
}

/// Every body by the keys that it can be called by, sorted.
struct Bodies(Vec<(Key, u32)>);

/// A function or a macro: its keys, its body, and whether it is there for tests.
type Body<'f> = (&'f [Key], &'f Does, bool);

impl Graph {
    /// Goes from tests to all that they may call, and back from what asserts to who calls it, once over each call.
    fn of<'f>(files: &'f [OfFile], tests: impl Iterator<Item = &'f Does>) -> Graph {
        let count = files.iter().map(|file| file.facts.functions.len() + file.facts.macros.len()).sum();
        let mut all: Vec<Body<'f>> = Vec::with_capacity(count);
        for file in files {
            for function in &file.facts.functions {
                all.push((&function.keys, &function.does, file.for_tests || function.for_tests));
            }
            all.extend(file.facts.macros.iter().map(|(key, does)| (std::slice::from_ref(key), does, true)));
        }
        let mut graph = Graph { bodies: Bodies::of(&all), reaches: HashSet::new() };
        let mut callers: HashMap<Key, Vec<u32>> = HashMap::new();
        let mut waiting = Vec::new();
        for at in graph.called(&all, tests) {
            let (_, does, for_tests) = &all[at as usize];
            if can_fail(does, *for_tests) || does.calls.iter().any(|call| graph.asserts_elsewhere(call)) {
                waiting.push(at);
                continue;
            }
            for key in does.calls.iter().filter_map(|call| graph.bodies.meant(call)) {
                callers.entry(key).or_default().push(at);
            }
        }
        while let Some(at) = waiting.pop() {
            for key in all[at as usize].0 {
                if graph.reaches.insert(*key) {
                    waiting.extend(callers.remove(key).unwrap_or_default());
                }
            }
        }
        graph
    }

    /// All that is called from tests, directly or not; what is behind something that can fail is left out.
    fn called<'f>(&self, all: &[Body<'f>], tests: impl Iterator<Item = &'f Does>) -> Vec<u32> {
        let mut is_known = vec![false; all.len()];
        let mut called = Vec::new();
        let mut open: Vec<&Does> = tests.collect();
        let mut keys = HashSet::new();
        while let Some(does) = open.pop() {
            for key in does.calls.iter().filter_map(|call| self.bodies.meant(call)) {
                if !keys.insert(key) {
                    continue;
                }
                for at in self.bodies.with(key) {
                    if std::mem::replace(&mut is_known[at as usize], true) {
                        continue;
                    }
                    called.push(at);
                    let (_, does, for_tests) = all[at as usize];
                    open.extend((!can_fail(does, for_tests)).then_some(does));
                }
            }
        }
        called
    }

    /// Whether a test with this body can fail.
    fn fails(&self, does: &Does) -> bool {
        does.calls.iter().any(|call| match self.bodies.meant(call) {
            Some(key) => self.reaches.contains(&key),
            None => self.asserts_elsewhere(call),
        })
    }

    /// Whether what is called is from elsewhere and may assert.
    fn asserts_elsewhere(&self, call: &Named) -> bool {
        call.may_assert() && self.bodies.meant(call).is_none()
    }
}

impl Bodies {
    fn of(all: &[Body<'_>]) -> Bodies {
        // In one piece: what is outgrown would be held beside it.
        let mut rows: Vec<(Key, u32)> = Vec::with_capacity(all.iter().map(|(keys, ..)| keys.len()).sum());
        rows.extend((0..).zip(all).flat_map(|(at, (keys, ..))| keys.iter().map(move |key| (*key, at))));
        rows.sort_unstable();
        Bodies(rows)
    }

    fn with(&self, key: Key) -> impl Iterator<Item = u32> {
        let from = self.0.partition_point(|(other, _)| *other < key);
        self.0[from..].iter().take_while(move |(other, _)| *other == key).map(|(_, at)| *at)
    }

    /// The key of what is called, if that is in the workspace.
    fn meant(&self, call: &Named) -> Option<Key> {
        let known = |key: &Key| self.0.binary_search_by_key(key, |(other, _)| *other).is_ok();
        Some(call.key()).filter(known).or_else(|| call.else_method().filter(known))
    }
}

/// Whether a body can fail by itself.
fn can_fail(does: &Does, for_tests: bool) -> bool {
    does.asserts || for_tests && does.fails
}
