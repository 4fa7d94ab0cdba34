//! The examples in the documentation of the rules are their tests.

use std::path::Path;

use arch::RULES;
use findings::testing::{Example, assert_fires, check_message, check_registry, examples};
use findings::{Finding, Rule};

use crate::notation::Held;

#[test]
fn the_registry_is_the_folder() {
    check_registry(RULES, Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules")));
}

#[test]
fn bad_examples_fire_where_they_are_marked() {
    for (rule, example) in all("bad") {
        let written = Held::read(&example.text);
        let fired = written.check_all().findings.into_iter().filter(|finding| finding.rule == rule);
        assert_fires(&example, fired.map(|finding| written.line_of(&finding)));
    }
}

#[test]
fn good_examples_are_quiet_under_every_rule() {
    for (rule, example) in all("good") {
        let held = Held::read(&example.text);
        // Examples of other rules leave the examples in their policies to the one that asks for them.
        let checked = if rule.id == "unproved-rule" { held.check_all() } else { held.check() };
        let fired: Vec<String> = checked.findings.iter().map(|finding| finding.message.clone()).collect();
        assert!(fired.is_empty(), "a good example of `{}` fired: {fired:#?}\n{}", rule.id, example.text);
    }
}

#[test]
fn findings_say_what_is_wrong_what_to_do_and_who_they_are() {
    for (_, example) in all("bad") {
        for finding in Held::read(&example.text).check_all().findings {
            check_message(&finding);
            assert!(finding.help.is_some(), "`{}` says no help", finding.rule.id);
            assert!(!finding.facts.is_empty(), "`{}` has no identity", finding.rule.id);
        }
    }
}

#[test]
fn findings_keep_their_identity_when_lines_move() {
    for (rule, example) in all("bad").filter(|(rule, _)| !rule.says_not_looked_at()) {
        let prints = |text: &str| {
            let findings = Held::read(text).check_all().findings;
            let mut prints: Vec<String> =
                findings.iter().filter(|finding| finding.rule == rule).map(Finding::fingerprint).collect();
            prints.sort_unstable();
            prints
        };
        let files: Vec<&str> = example
            .text
            .lines()
            .filter_map(|line| Some(line.split_once(" | ")?.0))
            .filter(|file| !file.starts_with(' '))
            .collect();
        let mut moved = String::new();
        for line in example.text.lines() {
            if files.iter().any(|file| line.starts_with(&format!("{file} | "))) {
                let file = line.split(" | ").next().unwrap_or_default();
                let comment = if file.ends_with(".rs") { "//" } else { "#" };
                moved.push_str(&format!("{file} | {comment} moved\n"));
            }
            moved.push_str(&format!("{line}\n"));
        }
        assert_eq!(prints(&example.text), prints(&moved), "`{}`", rule.id);
    }
}

fn all(kind: &'static str) -> impl Iterator<Item = (&'static Rule, Example)> {
    RULES.iter().flat_map(move |rule| {
        examples(rule).into_iter().filter(move |example| example.is(kind)).map(|example| (*rule, example))
    })
}
