//! Tests of the harness: it must refuse what breaks a convention, or the tests of every guard are worth nothing.

use std::path::Path;

use super::conventions::{registry_problems, rule_problems};
use super::{Example, assert_fires, check_message, examples};
use crate::{Finding, Level, Rule, rule};

rule! {
    /// Calls that sleep. Their
    /// thread sleeps with them.
    ///
    /// ## Why it hurts
    /// Every request on that thread waits.
    ///
    /// ## Example
    /// ```bad
    /// fn f() {
    ///     sleep(); //~
    /// }
    /// ```
    ///
    /// ```old
    /// message M {}
    /// ```
    /// ```new bad proto
    /// key: 1 #~
    /// ```
    ///
    /// ## Instead
    /// ````good
    /// ```
    /// fn f() {}
    /// ````
    static TESTS = { id: "tests", guard: "samples", group: "sleep", level: Error, summary: "finds sleepers" };
}

fn with(change: impl FnOnce(&mut Rule)) -> Rule {
    let Rule { id, guard, group, level, summary, docs, file } = TESTS;
    let mut rule = Rule { id, guard, group, level, summary, docs, file };
    change(&mut rule);
    rule
}

#[test]
fn examples_lose_their_markers_and_keep_their_indentation() {
    let found = examples(&TESTS);
    let short: Vec<_> = found
        .iter()
        .map(|example| {
            (example.kind.as_str(), example.attributes.as_str(), example.text.as_str(), &*example.marked)
        })
        .collect();
    assert_eq!(
        short,
        [
            ("bad", "", "fn f() {\n    sleep();\n}\n", &[2u32][..]),
            ("old", "", "message M {}\n", &[]),
            ("new", "bad proto", "key: 1\n", &[1]),
            ("good", "", "```\nfn f() {}\n", &[]),
        ]
    );
    assert_eq!(found[0].line, 8);
    assert!(found[2].is("bad") && found[2].is("new") && !found[2].is("good"));
}

#[track_caller]
fn check_rule(change: impl FnOnce(&mut Rule), expect: &[&str]) {
    assert_eq!(rule_problems(&with(change)), expect);
}

#[test]
fn a_rule_by_the_conventions_has_no_problem() {
    check_rule(|_| (), &[]);
}

#[test]
fn names_are_kebab_case_and_equal_the_file() {
    check_rule(
        |rule| rule.id = "Tests",
        &[
            "the id `Tests` is not kebab-case",
            "the id differs from the name of its file, engine/findings/src/testing/tests.rs",
        ],
    );
    check_rule(|rule| rule.group = "a--b", &["the group `a--b` is not kebab-case"]);
}

#[test]
fn a_summary_says_what_it_finds_without_a_full_stop() {
    check_rule(
        |rule| rule.summary = "Sleepers.",
        &["the summary does not start with \"finds\"", "the summary ends in a full stop"],
    );
}

const GOOD: &str =
    " A.\n\n ## Why it hurts\n B.\n\n ## Example\n ```bad\n x //~\n ```\n\n ## Instead\n ```good\n y\n ```\n";

#[test]
fn documentation_keeps_its_form() {
    let check = |from: &str, to: &str, expect: &[&str]| {
        assert!(GOOD.contains(from), "{from}");
        let docs: &'static str = GOOD.replacen(from, to, 1).leak();
        check_rule(|rule| rule.docs = docs, expect);
    };
    check("A.", "A.", &[]);
    check("A.", "`a` things.", &[]);
    check(
        "A.",
        "a",
        &[
            "the documentation does not begin with a sentence that has a capital (or a name in backticks)",
            "the first paragraph of the documentation does not end in a full stop",
        ],
    );
    check("## Why it hurts", "## Why", &["the documentation lacks the section `## Why it hurts`"]);
    check("## Example", "## Examples", &["the documentation lacks the section `## Example`"]);
    check("x //~", "x", &["the bad example on line 7 of the documentation marks no line with `//~`"]);
    check(" y", " y //~", &["the good example on line 12 of the documentation marks a line to fire"]);
    check("y\n ```", "y", &["the fence on line 12 of the documentation is not closed"]);
    check("good", "rust", &["there is no good example"]);
    check(
        " x //~\n",
        "",
        &[
            "the bad example on line 7 of the documentation is empty",
            "the bad example on line 7 of the documentation marks no line with `//~`",
        ],
    );
}

#[test]
fn sections_stand_in_order() {
    let docs = GOOD
        .replace("## Why it hurts", "##")
        .replace("## Instead", "## Why it hurts")
        .replace("##\n", "## Instead\n");
    check_rule(
        |rule| rule.docs = docs.leak(),
        &["the sections do not stand in the order Why it hurts, Example, Instead"],
    );
}

#[test]
fn folder_and_registry_must_agree() {
    let folder = Path::new("src/testing");
    assert_eq!(
        registry_problems(&[&TESTS, &TESTS], folder),
        [
            "`tests` is registered twice",
            "src/testing/conventions.rs is not registered; a rules folder holds one file a rule, and nothing else",
        ]
    );
    assert_eq!(
        registry_problems(&[], folder).len(),
        2,
        "both files are unregistered, and `mod.rs` is no rule"
    );
    assert!(
        registry_problems(&[&TESTS], Path::new("src/missing"))[0].starts_with("failed to list src/missing")
    );
}

fn failure(check: impl FnOnce() + std::panic::UnwindSafe) -> Option<String> {
    let payload = std::panic::catch_unwind(check).err()?;
    Some(payload.downcast_ref::<String>().cloned().expect("the harness panics with a formatted text"))
}

#[test]
fn firing_elsewhere_shows_what_was_missed_and_what_was_not_marked() {
    let example = &examples(&TESTS)[0];
    assert_fires(example, [2, 2]);
    let message = failure(|| assert_fires(example, [3, 9])).expect("line 2 was missed");
    assert_eq!(
        message,
        "the `bad` example on line 8 of the documentation must fire on lines [2] and fired on [3, 9]:\n\
         \x20           1 | fn f() {\n\
         \x20  MISSED   2 |     sleep();\n\
         \x20UNMARKED   3 | }\n\
         \x20         fired on lines that do not exist: [9]\n"
    );
    let quiet = Example { marked: Vec::new(), ..example.clone() };
    assert_fires(&quiet, []);
}

#[track_caller]
fn check_text(message: &str, expect: Option<&str>) {
    assert_eq!(TESTS.level, Level::Error);
    let finding = Finding::new(&TESTS, None, message);
    let problem = failure(|| check_message(&finding));
    match expect {
        None => assert_eq!(problem, None),
        Some(expect) => {
            let problem = problem.unwrap_or_else(|| panic!("{message:?} was let through"));
            assert!(problem.contains(expect), "{problem}");
        }
    }
}

#[test]
fn messages_keep_the_convention() {
    for good in [
        "`sleep` blocks the thread",
        "call to `sleep` in async code",
        "RPC `Rank` was removed",
        "HashMap order reaches the response",
        "gRPC channel without a timeout",
        "3 tests are gone",
        "the list goes on...",
    ] {
        check_text(good, None);
    }
    check_text("", Some("is empty"));
    check_text(" a", Some("white space"));
    check_text("a\nb", Some("more than one line"));
    check_text("a\u{1b}[31mb", Some("control character"));
    check_text("a test is gone.", Some("ends in punctuation"));
    check_text("A test is gone", Some("starts with a capital"));
    check_text("Übung fehlt", Some("starts with a capital"));
    check_text("the call `sleep blocks", Some("backtick"));
}

#[test]
fn help_keeps_the_convention_and_notes_are_not_empty() {
    let finding = Finding::new(&TESTS, None, "a sleeper").help("Wake it.").note(" ");
    let problem = failure(|| check_message(&finding)).expect("help and note are wrong");
    assert!(problem.contains("the help ends in punctuation"), "{problem}");
    assert!(problem.contains("the help starts with a capital"), "{problem}");
    assert!(problem.contains("a note is empty"), "{problem}");
}
