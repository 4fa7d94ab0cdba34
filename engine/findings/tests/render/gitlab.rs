//! The form that GitLab shows as code quality.

use std::collections::BTreeSet;

use findings::render::gitlab;
use findings::{Finding, Level, Location, Outcome, Report, Status};
use serde_json::{Value, json};

use crate::sample::{self, BLOCKING, judged};

/// What the platform's documentation asks of an entry.
fn validator() -> jsonschema::Validator {
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": { "type": "string", "minLength": 1 },
                "check_name": { "type": "string", "pattern": "^[a-z-]+$" },
                "fingerprint": { "type": "string", "pattern": "^[0-9a-f]{32}(-[0-9]+)?$" },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "pattern": "^[^/.]" },
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": { "begin": { "type": "integer", "minimum": 1 } }
                        }
                    }
                }
            }
        }
    });
    jsonschema::validator_for(&schema).expect("a schema")
}

fn entries(report: &Report, prefix: &str) -> Vec<Value> {
    let list: Value = serde_json::from_str(&gitlab(report, prefix)).expect("the list is JSON");
    list.as_array().expect("a list").clone()
}

#[test]
fn an_everyday_report_lists_what_is_new() {
    insta::assert_snapshot!(gitlab(&sample::everyday(), "templates/ranker"));
}

#[test]
fn every_report_has_the_documented_form_and_no_fingerprint_twice() {
    let validator = validator();
    for report in [sample::empty(), sample::everyday(), sample::hostile(), sample::many(10_000)] {
        let text = gitlab(&report, "");
        let list: Value = serde_json::from_str(&text).expect("the list is JSON");
        let errors: Vec<_> = validator.iter_errors(&list).take(5).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let entries = entries(&report, "");
        let fingerprints: BTreeSet<_> =
            entries.iter().map(|entry| entry["fingerprint"].to_string()).collect();
        assert_eq!(fingerprints.len(), entries.len());
        assert!(text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{202e}'));
    }
}

#[test]
fn only_new_findings_are_listed_and_weigh_what_they_do() {
    let check = |level, status, observe, expect: &[&str]| {
        let finding = judged(Finding::new(&BLOCKING, Location::file("a.rs"), "x"), level, status);
        let report = Report { findings: vec![finding], observe, ..sample::empty() };
        let severities: Vec<_> =
            entries(&report, "").into_iter().map(|entry| entry["severity"].clone()).collect();
        assert_eq!(severities, expect, "{level:?}, {status:?}");
    };
    check(Level::Error, Status::New, false, &["blocker"]);
    check(Level::Error, Status::New, true, &["major"]);
    check(Level::Warning, Status::New, false, &["major"]);
    check(Level::Note, Status::New, false, &["info"]);
    for status in [Status::Known, Status::Excepted, Status::Approved] {
        check(Level::Error, status, false, &[]);
    }
}

#[test]
fn what_has_no_place_stands_at_the_policy() {
    let finding = judged(Finding::new(&BLOCKING, None, "x"), Level::Error, Status::New);
    let entry = &entries(&Report { findings: vec![finding], ..sample::empty() }, "templates/ranker")[0];
    assert_eq!(
        entry["location"],
        json!({ "path": "templates/ranker/gatefold.yaml", "lines": { "begin": 1 } })
    );
}

#[test]
fn a_guard_that_could_not_look_is_an_entry() {
    let mut broken = sample::guard("golden", Outcome::CouldNotRun, &[]);
    broken.reason = Some("the record cannot be read".to_owned());
    let entries = entries(&Report { guards: vec![broken], ..sample::empty() }, "");
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (&entries[0]["severity"], &entries[0]["check_name"]),
        (&json!("blocker"), &json!("could-not-run"))
    );
    assert!(
        entries[0]["description"].as_str().is_some_and(|text| text.contains("the record cannot be read"))
    );
}

#[test]
fn a_path_comes_back_as_it_was() {
    let name = "a b/Zürich\u{202e}\n\u{1b}%41.rs";
    let finding = judged(Finding::new(&BLOCKING, Location::file(name), "x"), Level::Error, Status::New);
    let report = Report { findings: vec![finding], ..sample::empty() };
    assert_eq!(entries(&report, "")[0]["location"]["path"], name);
}
