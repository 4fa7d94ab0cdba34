//! The form for programs, against its published schema.

use findings::render::{SCHEMA_TEXT, json};
use findings::{ChangeInfo, Report};
use serde_json::{Value, json as value};

use crate::sample;

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA_TEXT).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is a schema");
    jsonschema::validator_for(&schema).expect("the schema is complete")
}

fn document(report: &Report) -> Value {
    serde_json::from_str(&json(report, true)).expect("the report is JSON")
}

#[test]
fn an_everyday_report_has_the_documented_form() {
    insta::assert_snapshot!(json(&sample::everyday(), false));
}

#[test]
fn every_report_satisfies_the_published_schema() {
    let validator = validator();
    for report in [sample::empty(), sample::everyday(), sample::hostile(), sample::many(10_000)] {
        for times in [true, false] {
            let document = serde_json::from_str(&json(&report, times)).expect("the report is JSON");
            let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
}

#[test]
fn a_report_that_was_altered_is_refused() {
    let validator = validator();
    let check = |pointer: &str, replacement: Value| {
        let mut document = document(&sample::everyday());
        *document.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = replacement;
        assert!(!validator.is_valid(&document), "{pointer} was let through");
    };
    check("/schema", value!("gatefold.report/2"));
    check("/verdict", value!("ok"));
    check("/tier", value!(null));
    check("/observe", value!("no"));
    check("/base", value!({ "commit": null }));
    check("/head", value!(7));
    check("/policy/from", value!("both"));
    check("/guards/0/outcome", value!("not_asked"));
    check("/guards/0/checked/files", value!(-1));
    check("/guards/0/milliseconds", value!(1.5));
    check("/findings/0/level", value!("fatal"));
    check("/findings/0/status", value!("old"));
    check("/findings/0/rule", value!("Blocking In Async"));
    check("/findings/0/line", value!(0));
    check("/findings/0/file", value!(3));
    check("/findings/0/fingerprint", value!("0123"));
    check("/findings/0/notes/0", value!({ "text": "x" }));
    check("/remarks", value!([1]));
}

#[test]
fn what_is_missing_or_too_much_is_refused() {
    let validator = validator();
    for pointer in ["", "/base", "/policy", "/guards/0", "/findings/1", "/findings/1/notes/0"] {
        let whole = document(&sample::everyday());
        let members = whole.pointer(pointer).and_then(Value::as_object).expect("an object").clone();
        for name in
            members.keys().filter(|name| !["reason", "milliseconds", "unresolved"].contains(&name.as_str()))
        {
            let mut document = whole.clone();
            document.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object").remove(name);
            assert!(!validator.is_valid(&document), "{pointer} without {name} was let through");
        }
        let mut document = whole.clone();
        document.pointer_mut(pointer).expect("an object")["more"] = value!(1);
        assert!(!validator.is_valid(&document), "{pointer} with another member was let through");
    }
}

#[test]
fn what_is_known_of_a_change_is_named_where_something_is() {
    let change = ChangeInfo { name: Some("work".to_owned()), agents: vec!["Claude Code".to_owned()] };
    let report = Report { change, ..sample::everyday() };
    let document = document(&report);
    assert!(validator().is_valid(&document));
    assert_eq!(document["change"], value!({ "name": "work", "agents": ["Claude Code"] }));
    assert!(self::document(&sample::everyday()).get("change").is_none());
}

#[test]
fn texts_come_back_as_they_were_and_steer_no_terminal() {
    let report = sample::hostile();
    let text = json(&report, false);
    assert!(text.chars().all(|c| !c.is_control() || c == '\n'));
    assert!(!text.contains('\u{202e}'));
    let document: Value = serde_json::from_str(&text).expect("the report is JSON");
    assert_eq!(document["findings"][0]["message"], report.findings[0].finding.message.as_str());
    assert_eq!(document["findings"][0]["file"], report.findings[0].finding.file().expect("a file"));
}

#[test]
fn without_times_two_runs_give_the_same_bytes() {
    let (first, mut second) = (sample::everyday(), sample::everyday());
    second.guards[0].milliseconds += 5;
    second.findings.reverse();
    second.sort();
    assert_eq!(json(&first, false), json(&second, false));
    assert_ne!(json(&first, true), json(&second, true));
}
