//! The form that code scanning takes, against the standard's schema and the platform's limits.

use findings::render::sarif;
use findings::{BaseInfo, Finding, GuardRun, Level, Location, Outcome, Report, Span, Status};
use serde_json::Value;

use crate::sample::{self, BLOCKING, judged};

const SCHEMA: &str = include_str!("schema/sarif-2.1.0.json");

fn validator() -> jsonschema::Validator {
    // One pattern has a bracket too many, which strict readers of expressions refuse. We write no `language`.
    let text = SCHEMA.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is complete")
}

fn run(report: &Report, prefix: &str) -> Value {
    let mut log: Value =
        serde_json::from_str(&sarif(report, prefix, "cargo xtask")).expect("the log is JSON");
    log["runs"][0].take()
}

fn one(finding: Finding, status: Status) -> Report {
    Report { findings: vec![judged(finding, Level::Error, status)], ..sample::everyday() }
}

#[test]
fn an_everyday_report_is_one_run_worst_first() {
    insta::assert_snapshot!(sarif(&sample::everyday(), "", "cargo xtask"));
}

#[test]
fn every_report_satisfies_the_schema_of_the_standard() {
    let validator = validator();
    let mut broken = sample::everyday();
    broken.guards[0].outcome = Outcome::CouldNotRun;
    for report in [sample::empty(), sample::everyday(), sample::hostile(), broken, sample::many(900)] {
        for prefix in ["", "templates/ranker", "a b%/ü"] {
            let log = serde_json::from_str(&sarif(&report, prefix, "cargo xtask")).expect("the log is JSON");
            let errors: Vec<_> = validator.iter_errors(&log).take(5).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
}

#[test]
fn a_log_that_was_altered_is_refused_by_the_schema() {
    let validator = validator();
    let check = |pointer: &str, replacement: Value| {
        let mut log: Value =
            serde_json::from_str(&sarif(&sample::everyday(), "", "cargo xtask")).expect("the log is JSON");
        *log.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = replacement;
        assert!(!validator.is_valid(&log), "{pointer} was let through");
    };
    check("/version", "2.0.0".into());
    check("/runs/0/results/0/level", "fatal".into());
    check("/runs/0/results/0/locations/0/physicalLocation/region/startLine", 0.into());
    check("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri", "a b\\".into());
    check("/runs/0/results/0/baselineState", "old".into());
    check("/runs/0/results/0/suppressions", serde_json::json!([{ "kind": "elsewhere" }]));
    check("/runs/0/tool/driver/rules/0/id", Value::Null);
}

#[test]
fn odd_paths_are_percent_encoded_and_lead_back_to_themselves() {
    let validator = validator();
    let check = |prefix: &str, file: &str, expect: &str| {
        let report = one(Finding::new(&BLOCKING, Location::file(file), "x"), Status::New);
        let log: Value =
            serde_json::from_str(&sarif(&report, prefix, "cargo xtask")).expect("the log is JSON");
        assert!(validator.is_valid(&log), "{file}");
        let uri =
            &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().expect("a path");
        assert_eq!(uri, expect);
        let back = percent_encoding::percent_decode_str(uri).decode_utf8().expect("UTF-8");
        assert!(back.ends_with(file), "{back}");
    };
    check("", "src/lib.rs", "src/lib.rs");
    check("templates/ranker", "src/lib.rs", "templates/ranker/src/lib.rs");
    check("templates/ranker/", "a b.rs", "templates/ranker/a%20b.rs");
    check("", "http://x/a.rs", "http%3A//x/a.rs");
    check("", "a%41?#[x].rs", "a%2541%3F%23%5Bx%5D.rs");
    check("", "Zürich/日本.rs", "Z%C3%BCrich/%E6%97%A5%E6%9C%AC.rs");
    check("", "a\\b\n\u{1b}\u{202e}.rs", "a%5Cb%0A%1B%E2%80%AE.rs");
}

#[test]
fn what_has_no_place_or_no_line_gets_one_since_the_platform_refuses_the_file_otherwise() {
    for finding in [
        Finding::new(&BLOCKING, None, "x"),
        Finding::new(&BLOCKING, Location::file("gatefold.yaml"), "x"),
        Finding::new(&BLOCKING, Location::at("gatefold.yaml", Span::on_line(0, 0, 0)), "x"),
    ] {
        let place =
            run(&one(finding, Status::New), "")["results"][0]["locations"][0]["physicalLocation"].take();
        assert_eq!(place["artifactLocation"]["uri"], "gatefold.yaml");
        assert_eq!(place["region"]["startLine"], 1);
    }
}

#[test]
fn what_became_of_a_finding_is_a_baseline_state_or_a_suppression() {
    let check = |status, state: &str, kinds: &[&str]| {
        let report = one(Finding::new(&BLOCKING, Location::file("a.rs"), "x"), status);
        let result = run(&report, "")["results"][0].take();
        assert_eq!(result["baselineState"], state);
        let suppressions = result["suppressions"].as_array().expect("always there").clone();
        assert_eq!(suppressions.iter().map(|one| &one["kind"]).collect::<Vec<_>>(), kinds);
    };
    check(Status::New, "new", &[]);
    check(Status::Known, "unchanged", &[]);
    check(Status::Excepted, "new", &["inSource"]);
    check(Status::Approved, "new", &["external"]);
    let excepted = Finding::new(&BLOCKING, Location::file("a.rs"), "x")
        .note("why it is there")
        .excepted(Location::point("a.rs", 3, 1), "the [start](waits) for it");
    let suppression = run(&one(excepted, Status::Excepted), "")["results"][0]["suppressions"][0].take();
    assert_eq!(suppression["justification"], "the [start] (waits) for it");
    let audit = Report { base: BaseInfo { commit: None, chosen: "none".to_owned() }, ..sample::everyday() };
    assert!(run(&audit, "")["results"][0].get("baselineState").is_none());
}

#[test]
fn a_fingerprint_is_ours_and_equal_ones_are_told_apart() {
    let finding = Finding::new(&BLOCKING, Location::point("a.rs", 1, 1), "x").fact("y");
    let twice = [finding.clone(), finding.clone()].map(|finding| judged(finding, Level::Error, Status::New));
    let results = run(&Report { findings: twice.into(), ..sample::everyday() }, "")["results"].take();
    let fingerprint = finding.fingerprint();
    assert_eq!(results[0]["partialFingerprints"]["gatefold/v1"], format!("{fingerprint}:1"));
    assert_eq!(results[1]["partialFingerprints"]["gatefold/v1"], format!("{fingerprint}:2"));
    // The action that uploads warns of each one under this name that is not its own.
    assert!(results[0]["partialFingerprints"].get("primaryLocationLineHash").is_none());
}

#[test]
fn in_observe_mode_nothing_is_an_error() {
    let run = run(&Report { observe: true, ..sample::everyday() }, "");
    let levels: Vec<_> =
        run["results"].as_array().expect("results").iter().map(|one| &one["level"]).collect();
    assert!(!levels.is_empty() && levels.iter().all(|level| **level != "error"), "{levels:?}");
    assert_eq!(run["invocations"][0]["exitCode"], 0);
}

#[test]
fn a_guard_that_could_not_look_is_an_error_of_the_run() {
    let broken =
        GuardRun { reason: Some("no git".to_owned()), ..sample::guard("arch", Outcome::CouldNotRun, &[]) };
    let run = run(&Report { guards: vec![broken], ..sample::empty() }, "");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["exitCode"], 3);
    let first = &invocation["toolExecutionNotifications"][0];
    assert_eq!(
        (&first["level"], &first["message"]["text"]),
        (&"error".into(), &"`arch` could not run: no git".into())
    );
}

#[test]
fn a_thousand_places_of_a_result_are_kept_and_the_rest_is_counted() {
    let mut finding = Finding::new(&BLOCKING, Location::point("a.rs", 1, 1), "x");
    for line in 1..=1_500 {
        finding = finding.note_at(Location::point("b.rs", line, 1), "called here");
    }
    let run = run(&one(finding, Status::New), "");
    let places = run["results"][0]["relatedLocations"].as_array().expect("places");
    assert_eq!(places.len(), 999);
    let said = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
    assert!(
        said.is_some_and(|said| said.starts_with("501 places of evidence left out of 1 result")),
        "{said:?}"
    );
}

#[test]
fn more_results_than_the_platform_takes_are_cut_behind_the_worst() {
    let run = run(&sample::many(25_200), "");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 25_000);
    let levels = |level: &str| results.iter().filter(|result| result["level"] == level).count();
    assert_eq!((levels("error"), levels("warning"), levels("note")), (8_400, 8_400, 8_200));
    let said = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str();
    assert!(said.is_some_and(|said| said.starts_with("200 results left out")), "{said:?}");
}

#[test]
fn rules_bring_their_documentation_and_few_tags() {
    let rules = run(&sample::everyday(), "")["tool"]["driver"]["rules"].take();
    let rule = &rules[0];
    assert_eq!(rule["id"], "blocking-in-async");
    assert_eq!(rule["properties"]["tags"], serde_json::json!(["lints", "async-latency"]));
    let help = rule["help"]["markdown"].as_str().expect("a page");
    assert!(
        help.contains("## Why it hurts") && help.contains("```rust\n") && !help.contains("```bad"),
        "{help}"
    );
}

#[test]
fn no_text_is_a_link_or_steers_a_terminal() {
    let evil = "see [this](https://evil.example)";
    let finding = Finding::new(&BLOCKING, Location::file("a[b](1).rs"), evil)
        .note_at(Location::file("a[b](1).rs"), evil)
        .note(evil);
    let run = run(&one(finding, Status::New), "");
    let text = run["results"][0]["message"]["text"].as_str().expect("a message");
    assert_eq!(text.matches("](").count(), 1, "{text}");
    assert!(text.contains("([a\\[b\\] (1).rs](1))"), "{text}");
    let text = sarif(&sample::hostile(), "", "cargo xtask");
    assert!(text.chars().all(|c| !c.is_control() || c == '\n') && !text.contains('\u{202e}'));
}
