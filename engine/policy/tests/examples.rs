//! The examples in the documentation of the engine's own rules, and the conventions that all rules keep.

use std::path::Path;

use findings::testing::{Example, check_message, check_registry, examples};
use findings::{Finding, Location, Rule, Span, rule};
use gatefold_policy::approvals::Approvals;
use gatefold_policy::rules::{RULES, policy_adopted, problem, unread_submodule};
use gatefold_policy::{Judging, Settings, Today, Vouching, judge};
use source::{Change, Problem, ProblemKind, Tree, Workspace, parse};

rule! {
    /// The rule that the examples speak of.
    static SAMPLE_UNWRAP = { id: "sample-unwrap", guard: "samples", group: "tests", level: Warning, summary: "finds `unwrap`" };
}

#[test]
fn the_rules_keep_the_conventions() {
    check_registry(RULES, &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules"));
}

#[test]
fn the_marked_lines_of_bad_examples_fire_and_good_examples_are_quiet() {
    for rule in RULES {
        for example in examples(rule) {
            let mut fired: Vec<u32> = fire(rule, &example)
                .iter()
                .inspect(|finding| check_message(finding))
                .filter(|finding| finding.rule == *rule)
                .filter_map(|finding| finding.location.as_ref())
                .map(|place| place.span.map_or(1, |span| span.line))
                .collect();
            fired.dedup();
            assert_eq!(fired, example.marked, "`{}`, example on line {}", rule.id, example.line);
        }
    }
}

fn fire(rule: &Rule, example: &Example) -> Vec<Finding> {
    match rule.group {
        "exceptions" => judged(&[], &[("a.rs", &example.text)]),
        "approvals" => of_approval(&example.text),
        "adoption" => {
            let base: Files<'_> = if example.is("bad") { &[] } else { &[("gatefold.yaml", &example.text)] };
            policy_adopted::finding(&change(base, &[("gatefold.yaml", &example.text)])).into_iter().collect()
        }
        "submodules" => {
            let submodules = example.text.lines().filter_map(|line| line.strip_prefix("submodule "));
            submodules.map(unread_submodule::finding).collect()
        }
        _ => problems(rule, &example.text).iter().map(problem).collect(),
    }
}

type Files<'a> = &'a [(&'a str, &'a str)];

fn change(base: Files<'_>, head: Files<'_>) -> Change {
    let tree = |files: Files<'_>| {
        Tree::from_memory(files.iter().map(|(path, text)| (path.to_string(), text.to_string())))
    };
    Change::of_trees(Some(tree(base)), tree(head))
}

fn today() -> Today {
    Today::on("2026-11-20").expect("a date")
}

/// What the sink says of a change, where one guard finds every `unwrap`.
fn judged(base: Files<'_>, head: Files<'_>) -> Vec<Finding> {
    let change = change(base, head);
    let mut found = Vec::new();
    for (path, text) in head {
        for (index, line) in text.lines().enumerate() {
            if let Some(at) = line.find(".unwrap()") {
                let span = Span::on_line(index as u32 + 1, at as u32 + 1, at as u32 + 10);
                found.push(Finding::new(&SAMPLE_UNWRAP, Location::at(*path, span), "calls `unwrap`"));
            }
        }
    }
    let settings = Settings::default();
    let judged = judge(Judging {
        findings: found,
        base_findings: &mut Vec::new,
        guards: &["samples"],
        unasked: &|_| false,
        compares_itself: &|_| false,
        rules: &[&SAMPLE_UNWRAP],
        change: &change,
        settings: &settings,
        base_settings: Some(&settings),
        approvals: &Approvals::default(),
        today: today(),
    });
    judged.findings.into_iter().map(|judged| judged.finding).collect()
}

/// The forge vouches for approvals, but for those by a robot.
fn of_approval(text: &str) -> Vec<Finding> {
    let owners = Settings { approvals: Some(Vouching::Owners), ..Settings::default() };
    let base = if text.contains("by: robot") { None } else { Some(&owners) };
    let owned = ("CODEOWNERS", "* @all\n");
    let change = change(&[owned], &[owned, ("approvals/a.yaml", text)]);
    Approvals::read(&change, base, today()).findings
}

/// What cannot be looked at. An example is a file, or a list of files that says what is odd about each.
fn problems(rule: &Rule, text: &str) -> Vec<Problem> {
    match rule.id {
        "unparsable-source" => parse("a.rs", text).err().into_iter().collect(),
        "broken-manifest" | "unread-dependency" => {
            Workspace::read(&Tree::from_memory([("Cargo.toml", text), ("src/lib.rs", "")])).problems
        }
        "missing-module" => missing_modules(text),
        _ => text.lines().enumerate().filter_map(|(index, line)| odd_file(line, index as u32 + 1)).collect(),
    }
}

/// That `source` finds such declarations is tested there; here, what becomes of what it finds.
fn missing_modules(text: &str) -> Vec<Problem> {
    let lines = text.lines().zip(1..).filter(|(line, _)| line.starts_with("mod ") && line.ends_with(';'));
    let message = "the file of the module is not there";
    lines
        .map(|(_, number)| Problem::at("src/lib.rs", number, 1, ProblemKind::MissingModule, message))
        .collect()
}

/// The problem of the file that a line such as `a.rs: 9000000 bytes` describes, told at that line.
fn odd_file(line: &str, number: u32) -> Option<Problem> {
    let (path, what) = line.split_once(": ").expect("`path: what is odd`");
    let problem = match what.split_once(' ').expect("a number and what it counts") {
        (count, "bytes") => parse(path, &" ".repeat(count.parse().expect("a number"))).err(),
        (count, "brackets") => {
            let count = count.parse().expect("a number");
            parse(path, &format!("const A: () = {}{};", "(".repeat(count), ")".repeat(count))).err()
        }
        ("byte", byte) => {
            let byte = u8::from_str_radix(byte.trim_start_matches("0x"), 16).expect("a byte");
            Tree::from_memory([(path, [byte])]).text(path).err().map(|error| Problem::of_read(path, &error))
        }
        (_, what) => panic!("`{what}` is not understood"),
    };
    problem.map(|problem| Problem { line: Some(number), column: Some(1), ..problem })
}
