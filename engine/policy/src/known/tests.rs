//! Which findings of head the base already has. A finding is written `file: fact`; its code stands in the file.

use findings::{Location, Span, rule};
use source::Tree;

use super::*;

rule! {
    /// Only for tests.
    static SAMPLE = { id: "sample", guard: "lints", group: "tests", level: Error, summary: "finds samples" };
}
rule! {
    /// Only for tests.
    static OTHER = { id: "other", guard: "lints", group: "tests", level: Error, summary: "finds others" };
}
rule! {
    /// Only for tests.
    static EDGE = { id: "edge", guard: "arch", group: "tests", level: Error, summary: "finds edges" };
}
rule! {
    /// Only for tests.
    static UNSEEN = { id: "unseen", guard: "lints", group: "not-looked-at", level: Error, summary: "finds nothing" };
}

type Files<'a> = &'a [(&'a str, &'a str)];

/// A `bad!(..)` in a file is a finding whose facts are the item around it (`fn NAME`) and the call.
fn found(files: Files<'_>, rule: &'static findings::Rule) -> Vec<Finding> {
    let mut all = Vec::new();
    for (path, text) in files {
        let mut item = "";
        for (index, line) in text.lines().enumerate() {
            if let Some(name) = line.strip_prefix("fn ") {
                item = name.trim_end_matches(" {");
            }
            if let Some(start) = line.find("bad!(") {
                let call = &line[start..=start + line[start..].find(')').expect("closed")];
                let span = Span::on_line(index as u32 + 1, start as u32 + 1, (start + call.len()) as u32 + 1);
                all.push(Finding::new(rule, Location::at(*path, span), "a sample").fact(item).fact(call));
            }
        }
    }
    all
}

fn tree(files: Files<'_>) -> Tree {
    Tree::from_memory(files.iter().map(|(path, text)| (path.to_string(), text.to_string())))
}

#[track_caller]
fn check_of(rule: &'static findings::Rule, base: Files<'_>, head: Files<'_>, expected: &[bool]) {
    let change = Change::of_trees(Some(tree(base)), tree(head));
    assert_eq!(mark(&found(head, rule), &found(base, rule), &change), expected);
}

#[track_caller]
fn check(base: Files<'_>, head: Files<'_>, expected: &[bool]) {
    check_of(&SAMPLE, base, head, expected);
}

const ONE: &str = "fn f {\n    bad!(x)\n}\n";
const TWO: &str = "fn f {\n    bad!(x)\n    bad!(x)\n}\n";

#[test]
fn the_same_finding_is_known_wherever_its_line_went() {
    check(&[("a.rs", ONE)], &[("a.rs", ONE)], &[true]);
    check(&[("a.rs", ONE)], &[("a.rs", &format!("\n\n{ONE}"))], &[true]);
    check(&[("a.rs", ONE)], &[("a.rs", "fn f { bad!(x) }\n")], &[true]);
}

#[test]
fn each_finding_of_the_base_answers_for_one() {
    check(&[("a.rs", ONE)], &[("a.rs", TWO)], &[true, false]);
    check(&[("a.rs", TWO)], &[("a.rs", TWO)], &[true, true]);
    check(&[("a.rs", ONE)], &[("a.rs", ONE), ("b.rs", ONE)], &[true, false]);
    check(&[], &[("a.rs", ONE)], &[false]);
}

#[test]
fn a_renamed_file_keeps_its_findings() {
    let rest = "// so that git sees the rename, this file has some lines\n".repeat(9);
    let text = format!("{rest}{ONE}");
    check(&[("a.rs", &text)], &[("b.rs", &text)], &[true]);
    check(&[("a.rs", &text)], &[("a.rs", &text), ("b.rs", &text)], &[true, false]);
}

#[test]
fn moved_code_keeps_its_findings() {
    check(&[("a/src/a.rs", ONE)], &[("a/src/a.rs", ""), ("b/src/b.rs", ONE)], &[true]);
    let call = "fn f {\n    g()\n}\nfn g {\n    bad!(x)\n}\n";
    check(&[("a/src/a.rs", ONE)], &[("a/src/a.rs", call)], &[true]);
    let new = "fn g {\n    bad!(x)\n}\n";
    check(&[("a/src/a.rs", ONE)], &[("a/src/a.rs", "fn f {}\n"), ("a/src/b.rs", new)], &[true]);
    check(&[("a/src/a.rs", ONE)], &[("a/src/a.rs", "fn f {}\n"), ("b/src/b.rs", new)], &[false]);
}

#[test]
fn a_renamed_variable_makes_no_new_finding_and_another_call_does() {
    check(&[("a.rs", ONE)], &[("a.rs", "fn f {\n    bad!(y)\n}\n")], &[true]);
    check(&[("a.rs", ONE)], &[("a.rs", "fn g {\n    bad!(y)\n}\n")], &[true]);
    check(&[("a.rs", ONE)], &[("a.rs", "fn f {\n    bad!(z::y)\n}\n")], &[false]);
    check(&[("a.rs", ONE)], &[("a.rs", "fn f {\n    bad!(Y)\n}\n")], &[false]);
    check(&[("a.rs", ONE)], &[("a.rs", "fn f {\n    bad!(x)\n    bad!(y)\n}\n")], &[true, false]);
    check(&[("a.rs", ONE)], &[("a.rs", ""), ("b.rs", "fn f {\n    bad!(y)\n}\n")], &[false]);
}

#[test]
fn an_edge_of_the_graph_is_its_names() {
    check_of(&EDGE, &[("a.rs", ONE)], &[("a.rs", ONE)], &[true]);
    check_of(&EDGE, &[("a.rs", ONE)], &[("a.rs", "fn f {\n    bad!(y)\n}\n")], &[false]);
    check_of(&EDGE, &[("a.rs", ONE)], &[("a.rs", "fn g {\n    bad!(x)\n}\n")], &[false]);
}

#[test]
fn another_rule_is_another_finding() {
    let change = Change::of_trees(Some(tree(&[("a.rs", ONE)])), tree(&[("a.rs", ONE)]));
    let marked = mark(&found(&[("a.rs", ONE)], &OTHER), &found(&[("a.rs", ONE)], &SAMPLE), &change);
    assert_eq!(marked, [false]);
}

#[test]
fn what_was_not_looked_at_is_known_only_where_nothing_was_touched() {
    check_of(&UNSEEN, &[("a.rs", ONE)], &[("a.rs", ONE)], &[true]);
    check_of(&UNSEEN, &[("a.rs", ONE)], &[("a.rs", &format!("\n{ONE}"))], &[false]);
}

#[test]
fn findings_without_facts_and_places_are_known_by_their_rule_alone() {
    let finding = || vec![Finding::new(&SAMPLE, None, "is missing")];
    let change = Change::of_trees(Some(tree(&[])), tree(&[("b", "")]));
    assert_eq!(mark(&finding(), &finding(), &change), [true]);
    let elsewhere = vec![Finding::new(&SAMPLE, Location::file("b"), "is missing")];
    assert_eq!(mark(&elsewhere, &finding(), &change), [false]);
}

#[test]
fn the_base_answers_for_nothing_in_a_file_that_only_head_has() {
    let at = |file: &str| vec![Finding::new(&SAMPLE, Location::file(file), "names nothing").fact("store")];
    let change = Change::of_trees(Some(tree(&[("a.rs", "")])), tree(&[("a.rs", ""), ("policy.yaml", "")]));
    assert_eq!(mark(&at("policy.yaml"), &at("policy.yaml"), &change), [false]);
    assert_eq!(mark(&at("a.rs"), &at("a.rs"), &change), [true]);
    // What neither side has is missing on both.
    assert_eq!(mark(&at("README.md"), &at("README.md"), &change), [true]);
}
