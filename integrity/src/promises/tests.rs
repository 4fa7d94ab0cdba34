//! What scenario files promise more, and what they promise else.

use std::collections::BTreeSet;

use super::Beside;
use crate::artefacts;

const PATH: &str = "services/home/contracts/a.yaml";

fn says_as_much(path: &str, base: &str, head: &str) -> bool {
    artefacts::says_as_much(path, base, head, &Beside::default())
}

const FILE: &str = "contracts: 1
service: p.Ranker
target: home
profile: tonic
values: { used: [CANCELLED] }
scenarios:
  - name: few
    rpc: Rank
    expect:
      status: OK
      checks:
        - count: { field: items, min: 1, max: 20 }
        - sorted: { field: items, by: score, order: descending }
      cel: [size(response.items) > 0]
  - name: none
    rpc: Rank
    expect: { status: INVALID_ARGUMENT, message_contains: limit }
properties:
  - name: sound
    rpc: Rank
    cases: 40
    seed: 3
    ignore: [took, model]
    response:
      items.score: { finite: true, max: 9 }
      items: { size: { max: 60 } }
    require:
      - no_server_fault
      - response_valid
      - count: { field: items, max: 50 }
      - deterministic: { repeats: 3 }
      - among: { field: items, of: candidates, unless_empty: true }
  - name: refuses
    rpc: Rank
    mode: invalid
    require:
      - refused: { with: [INVALID_ARGUMENT, OUT_OF_RANGE] }
deadlines:
  - name: in time
    rpc: Rank
    timeout: 400ms
    expect: { status_in: [OK, CANCELLED], within: 2s }
  - name: by default
    rpc: Rank
    timeout: 1s
  - name: whatever waits
    rpc: Rank
    timeout: 700ms
    stalls: { dependency: features }
robustness:
  - name: lives on
    sound: { rpc: Rank, expect: { status: OK } }
    cases: [garbage]
    streams: 300
    statuses: { garbage: [UNKNOWN, ABORTED] }
";

fn check(from: &str, to: &str, expected: bool) {
    assert!(FILE.contains(from), "{from}");
    let head = FILE.replacen(from, to, 1);
    assert_eq!(says_as_much("services/home/contracts/a.yaml", FILE, &head), expected, "{from} -> {to}");
    // Nobody takes back what was promised in between.
    if expected && head != FILE {
        assert!(!says_as_much("services/home/contracts/a.yaml", &head, FILE), "{to} -> {from}");
    }
}

#[test]
fn what_only_promises_more_says_as_much_and_is_not_taken_back() {
    for (from, to) in [
        ("cases: 40", "cases: 400"),
        ("mode: invalid", "mode: invalid\n    cases: 400"),
        ("- no_server_fault", "- no_server_fault\n      - tolerates_unknown_fields"),
        ("- no_server_fault", "- limit: { field: items, by: limit }\n      - no_server_fault"),
        ("ignore: [took, model]", "ignore: [took]"),
        ("    ignore: [took, model]\n", ""),
        ("max: 50", "max: 20"),
        ("max: 50", "min: 1, max: 50"),
        ("max: 50", "equals: 10"),
        ("repeats: 3", "repeats: 5"),
        (", unless_empty: true", ""),
        ("[INVALID_ARGUMENT, OUT_OF_RANGE]", "[INVALID_ARGUMENT]"),
        ("OUT_OF_RANGE] }", "OUT_OF_RANGE], names_field: true }"),
        ("min: 1, max: 20", "min: 2, max: 20"),
        ("min: 1, max: 20", "equals: 3"),
        ("- sorted", "- unique: { field: items, by: id }\n        - sorted"),
        ("> 0]", "> 0, response.model != '']"),
        ("within: 2s", "within: 1500ms"),
        ("within: 2s", "within: 1s"),
        ("[OK, CANCELLED]", "[OK]"),
        (", within: 2s", ""),
        ("timeout: 1s", "timeout: 1s\n    expect: { within: 1100ms, status_in: { $value: used } }"),
        ("timeout: 1s", "timeout: 1s\n    expect: { status_in: [OK] }"),
        ("timeout: 700ms", "timeout: 700ms\n    expect: { status_in: [CANCELLED] }"),
        ("max: 9", "max: 9, min: -5"),
        ("max: 9", "max: 8.5"),
        ("max: 60", "min: 1, max: 60"),
        ("      items: { size", "      items.id: { length: { max: 9 } }\n      items: { size"),
        ("profile: tonic", "profile: grpc"),
        ("profile: tonic\n", ""),
        ("message_contains: limit", "message_contains: the limit is"),
        ("status: OK }", "status: OK, response: { items: [] } }"),
        ("    cases: [garbage]\n", ""),
        ("streams: 300", "streams: 500"),
        ("[UNKNOWN, ABORTED]", "[UNKNOWN]"),
        ("    statuses: { garbage: [UNKNOWN, ABORTED] }\n", ""),
        ("scenarios:\n", "scenarios:\n  - { name: new, rpc: Rank, expect: { status: OK } }\n"),
        ("properties:\n", "properties:\n  - { name: new, rpc: Rank, require: [accepted] }\n"),
        ("deadlines:\n", "deadlines:\n  - { name: new, rpc: Rank, timeout: 1s }\n"),
        ("robustness:\n", "robustness:\n  - { name: new, sound: { rpc: Rank, expect: { status: OK } } }\n"),
    ] {
        check(from, to, true);
    }
}

#[test]
fn what_promises_something_else_does_not() {
    for (from, to) in [
        ("cases: 40", "cases: 39"),
        ("cases: 40", "cases: many"),
        ("seed: 3", "seed: 4"),
        ("- no_server_fault\n", "- accepted\n"),
        ("ignore: [took, model]", "ignore: [took, score]"),
        ("max: 50", "max: 51"),
        ("max: 50", "min: 1"),
        ("field: items, max: 50", "field: others, max: 20"),
        ("repeats: 3", "repeats: 2"),
        ("min: 1, max: 20", "equals: 30"),
        ("min: 1, max: 20", "max: 20"),
        ("> 0]", "> 1]"),
        ("within: 2s", "within: 3s"),
        ("within: 2s", "within: soon"),
        ("timeout: 400ms", "timeout: 300ms"),
        ("[OK, CANCELLED]", "[]"),
        ("[OK, CANCELLED]", "[OK, INTERNAL]"),
        ("timeout: 1s", "timeout: 1s\n    expect: { within: 1440m }"),
        ("timeout: 1s", "timeout: 1s\n    expect: { within: 1101ms }"),
        ("timeout: 1s", "timeout: 1s\n    expect: { status_in: [OK, INTERNAL] }"),
        ("timeout: 700ms", "timeout: 700ms\n    expect: { status_in: [OK] }"),
        ("max: 9", "max: 10"),
        ("max: 9", "min: 0"),
        ("      items: { size: { max: 60 } }\n", ""),
        ("max: 60", "max: 61"),
        ("profile: tonic", "profile: other"),
        ("message_contains: limit", "message_contains: lim"),
        ("cases: [garbage]", "cases: [truncated]"),
        ("streams: 300\n", "streams: 200\n"),
        ("    streams: 300\n", ""),
        ("[UNKNOWN, ABORTED]", "[UNKNOWN, INTERNAL]"),
        ("  - name: by default\n    rpc: Rank\n    timeout: 1s\n", ""),
        ("order: descending", "order: ascending"),
        ("contracts: 1", "contracts: 2"),
    ] {
        check(from, to, false);
    }
}

#[test]
fn one_law_of_the_base_takes_one_of_heads() {
    let two = FILE.replace(
        "- count: { field: items, max: 50 }",
        "- count: { field: items, max: 50 }\n      - count: { field: items, min: 5 }",
    );
    let path = "services/home/contracts/a.yaml";
    assert!(!says_as_much(path, &two, &two.replace("      - count: { field: items, min: 5 }\n", "")));
    assert!(says_as_much(path, &two, &two.replace("min: 5", "min: 6")));
}

#[test]
fn limits_of_answers_come_with_the_law_that_asks_for_them() {
    let path = "services/home/contracts/a.yaml";
    let base = FILE.replace("      - response_valid\n", "").replace(
        "    response:\n      items.score: { finite: true, max: 9 }\n      items: { size: { max: 60 } }\n",
        "",
    );
    assert!(says_as_much(path, &base, FILE));
    assert!(!says_as_much(path, FILE, &base));
}

#[test]
fn numbers_of_another_file_mean_what_they_mean() {
    let other = FILE.replace("contracts: 1\n", "");
    assert!(!says_as_much("tests/fixtures/a.yaml", &other, &other.replace("cases: 40", "cases: 400")));
}

#[test]
fn values_are_what_stands_where_they_are_named() {
    let base = FILE.replace("status_in: [OK, CANCELLED]", "status_in: { $value: used }");
    for (from, to, expected) in [
        ("values: { used: [CANCELLED] }", "values: { used: [CANCELLED], more: 3 }", true),
        ("values: { used: [CANCELLED] }", "values: { used: [INTERNAL] }", false),
        ("{ $value: used }", "[CANCELLED]", true),
        ("values: { used: [CANCELLED] }", "", false),
    ] {
        assert_eq!(says_as_much(PATH, &base, &base.replace(from, to)), expected, "{to}");
    }
    assert!(says_as_much(PATH, FILE, &FILE.replace("values: { used: [CANCELLED] }\n", "")));
}

#[test]
fn where_protos_have_limits_one_that_is_new_may_be_wider_than_theirs() {
    let beside = Beside::new(true, [], BTreeSet::new());
    for (from, to, expected) in [
        ("max: 9", "max: 9, min: -5", false),
        ("max: 60", "min: 0, max: 60", false),
        ("      items: { size", "      items.id: { length: { max: 9 } }\n      items: { size", false),
        ("      items: { size", "      items.tags: { unique: false }\n      items: { size", false),
        (
            "      items: { size",
            "      items.tags: { required: true, unique: true }\n      items: { size",
            true,
        ),
        ("max: 9", "max: 8", true),
        ("max: 60", "max: 50", true),
    ] {
        let head = FILE.replacen(from, to, 1);
        assert_eq!(artefacts::says_as_much(PATH, FILE, &head, &beside), expected, "{to}");
    }
}

#[test]
fn promises_may_move_to_another_file_of_the_same_terms() {
    let at = FILE.find("properties:").expect("the section");
    let terms = &FILE[..FILE.find("scenarios:").expect("the section")];
    let (rest, moved) = (&FILE[..at], format!("{terms}{}", &FILE[at..]));
    let said = |head: Option<&str>, others: &[&str], with_saved: BTreeSet<String>| {
        let others =
            others.iter().map(|text| ("services/home/contracts/b.yaml".to_owned(), (*text).to_owned()));
        super::says_as_much(PATH, FILE, head, &Beside::new(false, others, with_saved))
    };
    let check = |head: Option<&str>, others: &[&str], expected: bool| {
        assert_eq!(said(head, others, BTreeSet::new()), Some(expected), "{head:?}");
    };
    check(Some(rest), &[&moved], true);
    check(None, &[rest, &moved], true);
    check(None, &[rest], false);
    check(Some(rest), &[], false);
    check(Some(rest), &[&moved.replace("target: home", "target: other")], false);
    check(Some(rest), &[&moved.replace("service: p.Ranker", "service: p.Other")], false);
    check(Some(rest), &[&moved.replace("cases: 40", "cases: 20")], false);
    // What failed once is asked for the promises of its own file.
    assert_eq!(said(Some(rest), &[&moved], BTreeSet::from([PATH.to_owned()])), Some(false));
}

#[test]
fn requests_that_failed_once_stay() {
    let base = "regressions: 1\nrequests:\n  - property: laws\n    law: accepted\n    request: { a: 7 }\n";
    let path = "services/home/contracts/regressions/a.yaml";
    let more = format!("{base}  - {{ property: laws, law: accepted, request: {{ a: 8 }} }}\n");
    for (before, after, expected) in [
        (base, base.replace("7", "1"), false),
        (base, "regressions: 1\nrequests: []\n".to_owned(), false),
        (base, base.replace("property: laws", "property: other"), false),
        (base, more.clone(), true),
        (&more, base.to_owned(), false),
        (base, base.replace("law: accepted", "law: finite"), true),
        (base, "regressions: 1\n".to_owned(), false),
    ] {
        assert_eq!(says_as_much(path, before, &after), expected, "{after}");
    }
}

#[test]
fn checks_are_matched_as_a_whole() {
    let counts = |least: [u32; 2]| {
        let check = |min: u32| format!("        - count: {{ field: items, min: {min} }}\n");
        let all: String = least.map(check).concat();
        FILE.replace("        - count: { field: items, min: 1, max: 20 }\n", &all)
    };
    assert!(says_as_much(PATH, &counts([3, 5]), &counts([6, 4])));
    assert!(says_as_much(PATH, &counts([5, 3]), &counts([4, 6])));
    assert!(!says_as_much(PATH, &counts([5, 5]), &counts([6, 4])));
}
