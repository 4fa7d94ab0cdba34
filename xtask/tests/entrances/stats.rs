//! Counts over reports as real runs and broken pens leave them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::workspace::{Ran, Workspace};

/// A folder of reports.
struct Reports {
    workspace: Workspace,
}

impl Reports {
    fn new() -> Self {
        Reports { workspace: Workspace::empty("reports") }
    }

    /// Writes a report: who changed what, and its findings as `rule fingerprint status`.
    fn write(&self, file: &str, change: Option<(&str, &[&str])>, findings: &[(&str, u8, &str)]) {
        self.workspace.write(file, report(change, findings).to_string());
    }

    fn run(&self, more: &[&str]) -> Ran {
        let mut arguments = vec!["stats", "."];
        arguments.extend(more);
        self.workspace.run(&arguments)
    }

    fn counted(&self) -> Value {
        let ran = self.run(&["--format", "json"]);
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"))
    }
}

fn report(change: Option<(&str, &[&str])>, findings: &[(&str, u8, &str)]) -> Value {
    let found = findings.iter().map(|(rule, fingerprint, status)| {
        json!({
            "rule": rule, "guard": "lints", "level": "error", "status": status, "file": null, "line": null,
            "column": null, "end_line": null, "end_column": null, "message": "x", "help": null, "notes": [],
            "fingerprint": format!("{fingerprint:032x}"),
        })
    });
    let mut report = json!({
        "schema": "gatefold.report/1", "tool": "0.1.0", "verdict": "pass", "tier": "static", "observe": false,
        "base": { "commit": "0123", "chosen": "merge-base" }, "head": null,
        "policy": { "from": "base", "digest": "" },
        "guards": [{ "guard": "lints", "outcome": "findings", "checked": {} }],
        "findings": found.collect::<Vec<_>>(), "remarks": [], "requests": [],
    });
    if let Some((name, agents)) = change {
        report["change"] = json!({ "name": name, "agents": agents });
    }
    report
}

fn counts(fired: u64, fixed: u64, excepted: u64, approved: u64, let_go: u64) -> Value {
    json!({ "fired": fired, "fixed": fixed, "excepted": excepted, "approved": approved, "let_go": let_go })
}

#[test]
fn what_a_later_report_of_the_same_change_no_longer_has_was_fixed() {
    let reports = Reports::new();
    let claude = Some(("#1", ["Claude"].as_slice()));
    reports.write("1/run-9.json", claude, &[("a", 1, "new"), ("a", 2, "new"), ("b", 3, "new")]);
    reports.write("2/run-10.json", claude, &[("a", 2, "new"), ("b", 3, "known")]);
    // Another change that never had it has not fixed it.
    reports.write("3/run-11.json", Some(("#2", &["Codex"])), &[]);
    let counted = reports.counted();
    assert_eq!((&counted["reports"], &counted["changes"]), (&json!(3), &json!(2)));
    assert_eq!(counted["rules"], json!({ "a": counts(2, 1, 0, 0, 0), "b": counts(1, 0, 0, 0, 0) }));
    assert_eq!(counted["agents"], json!({ "Claude": counts(3, 1, 0, 0, 0) }));
}

#[test]
fn what_comes_back_was_not_fixed_and_equal_findings_are_counted_each() {
    let reports = Reports::new();
    let change = Some(("#1", [].as_slice()));
    reports.write("1.json", change, &[("a", 1, "new"), ("a", 1, "new")]);
    reports.write("2.json", change, &[]);
    reports.write("10.json", change, &[("a", 1, "new")]);
    let counted = reports.counted();
    assert_eq!(counted["rules"]["a"], counts(2, 1, 0, 0, 0));
    assert_eq!(counted["agents"]["(none named)"], counts(2, 1, 0, 0, 0));
}

#[test]
fn a_guard_that_did_not_look_has_fixed_nothing() {
    for (pointer, value) in [
        ("/guards/0/outcome", json!("could-not-run")),
        ("/guards/0/outcome", json!("not-asked")),
        ("/tier", json!("live")),
    ] {
        let reports = Reports::new();
        reports.write("1.json", Some(("#1", &[])), &[("a", 1, "new")]);
        let mut later = report(Some(("#1", &[])), &[]);
        *later.pointer_mut(pointer).expect("it is there") = value.clone();
        reports.workspace.write("2.json", later.to_string());
        assert_eq!(reports.counted()["rules"]["a"], counts(1, 0, 0, 0, 0), "{value}");
    }
}

#[test]
fn exceptions_and_approvals_count_once_however_often_they_are_reported() {
    let reports = Reports::new();
    for (file, change) in [("1.json", "#1"), ("2.json", "#1"), ("3.json", "#2")] {
        reports.write(file, Some((change, &["Claude"])), &[("a", 1, "excepted"), ("b", 2, "approved")]);
    }
    let counted = reports.counted();
    assert_eq!(counted["rules"], json!({ "a": counts(0, 0, 1, 0, 0), "b": counts(0, 0, 0, 1, 0) }));
    assert_eq!(counted["agents"]["Claude"], counts(0, 0, 1, 1, 0));
}

#[test]
fn reports_without_a_name_belong_together_by_folder_and_base() {
    let reports = Reports::new();
    reports.write("a/1.json", None, &[("a", 1, "new")]);
    reports.write("a/2.json", None, &[]);
    reports.write("b/1.json", None, &[("a", 1, "new")]);
    let counted = reports.counted();
    assert_eq!((&counted["changes"], &counted["rules"]["a"]), (&json!(2), &counts(2, 1, 0, 0, 0)));
}

#[test]
fn files_of_something_else_are_counted_once_and_quietly() {
    let reports = Reports::new();
    reports.write("good.json", Some(("#1", &[])), &[("a", 1, "new")]);
    for (file, text) in [
        ("package.json", "{ \"name\": \"web\", \"schema\": 7 }"),
        ("tsconfig.json", "{ // with comments\n}"),
        ("list.json", "[]"),
        ("range.json", "{ \"schema\": \"gatefold.range/1\", \"landed\": [] }"),
        ("deep.json", &"[".repeat(100_000)),
        ("half.json", "{ \"a\": "),
    ] {
        reports.workspace.write(file, text);
    }
    reports.workspace.write("bytes.json", [0xff, 0xfe]);
    let ran = reports.run(&[]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{ran}");
    assert!(ran.stdout.contains("1 report of 1 change\n7 passed over that are no reports\n"), "{ran}");
    let counted = reports.counted();
    assert_eq!((&counted["others"], &counted["broken"]), (&json!(7), &json!([])));

    let named = reports.workspace.run(&["stats", "good.json", "package.json"]);
    assert_eq!(named.status, 3, "{named}");
    assert!(named.stderr.contains("not counted: package.json: it is no report of Gatefold"), "{named}");
    let none = reports.workspace.run(&["stats", "*s*.json"]);
    assert_eq!(none.status, 2, "{none}");
    assert!(none.stderr.contains("no report is among the 3 files found"), "{none}");
}

#[test]
fn broken_reports_are_named_and_the_others_are_counted() {
    let reports = Reports::new();
    reports.write("good.json", Some(("#1", &[])), &[("a", 1, "new")]);
    // As a report is written, with its form in front, and torn.
    let mut half = String::from("{\n  \"schema\": \"gatefold.report/1\",\n  \"tool\": \"0.1.0\",\n");
    half.push_str("  \"verdict\": \"pa");
    let mut other = report(None, &[]);
    other["schema"] = json!("gatefold.report/2");
    for (file, text) in [
        ("empty.json", String::new()),
        ("half.json", half),
        ("other.json", other.to_string()),
        ("deep.json", format!("{{\"schema\":\"gatefold.report/1\",\"x\":{}", "[".repeat(100_000))),
        ("without.json", "{ \"schema\": \"gatefold.report/1\", \"tier\": \"static\" }".to_owned()),
    ] {
        reports.workspace.write(file, text);
    }
    let ran = reports.run(&[]);
    assert_eq!(ran.status, 3, "{ran}");
    for file in ["empty", "half", "other", "deep", "without"] {
        assert!(ran.stderr.contains(&format!("not counted: {file}.json: ")), "{file}: {ran}");
    }
    assert!(ran.stdout.contains("1 report of 1 change\n5 could not be read"), "{ran}");
    assert_eq!(reports.counted()["broken"].as_array().map(Vec::len), Some(5));
}

#[test]
fn files_folders_and_patterns_name_reports_and_what_names_none_is_wrong_usage() {
    let reports = Reports::new();
    reports.write("a/gate-1.json", None, &[]);
    reports.write("b/c/gate-2.json", None, &[]);
    reports.workspace.write("a/notes.txt", "no report");
    let check = |arguments: &[&str], expect: Option<u64>| {
        let mut line = vec!["stats", "--format", "json"];
        line.extend(arguments);
        let ran = reports.workspace.run(&line);
        let read =
            serde_json::from_str::<Value>(&ran.stdout).ok().and_then(|counted| counted["reports"].as_u64());
        assert_eq!(read, expect, "{arguments:?}: {ran}");
        assert_eq!(ran.status == 2, expect.is_none(), "{ran}");
    };
    check(&["."], Some(2));
    check(&["a/gate-1.json", "a", "."], Some(2));
    check(&["*/gate-*.json"], Some(1));
    check(&["**/gate-*.json"], Some(2));
    check(&["./b/c/*.json"], Some(1));
    check(&["nowhere"], None);
    check(&["z/*.json"], None);
    check(&["[.json"], None);
    check(&[], None);
}

#[test]
fn what_the_hooks_let_go_is_counted_from_the_git_folder() {
    let workspace = Workspace::small();
    workspace.write("reports/1.json", report(None, &[]).to_string());
    let line = |session: &str, agent: bool, rules: Value| -> Value {
        json!({ "schema": "gatefold.let-go/1", "at": 1, "session": session, "agent": agent, "rules": rules })
    };
    // What was let go and is still open beside something else is let go once more.
    let lines = [
        line("9f", false, json!({ "a": 2 })),
        line("9f", false, json!({ "a": 2, "b": 1 })),
        line("9f", true, json!({ "a": 1 })),
        line("7c", false, json!({ "a": 1, "b": 1 })),
    ];
    let lines = lines.map(|line| format!("{line}\n\n"));
    workspace.write(".git/gatefold/let-go.jsonl", lines.concat());
    let ran = workspace.run(&["stats", "reports", "--format", "csv"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(
        ran.stdout,
        "by,name,fired,fixed,excepted,approved,let_go\nrule,a,0,0,0,0,4\nrule,b,0,0,0,0,2\nagent,(in sessions),0,0,0,0,6\n"
    );
    workspace.append(".git/gatefold/let-go.jsonl", "{}\nnonsense\n");
    let ran = workspace.run(&["stats", "reports", "--by", "rule"]);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(ran.stderr.contains("2 of its lines cannot be read") && !ran.stdout.contains("agent"), "{ran}");
}

#[test]
fn thousands_of_reports_pass_through() {
    let reports = Reports::new();
    for number in 0..2_000u32 {
        let name = format!("#{}", number / 4);
        let findings: Vec<_> = (0..3).map(|at| ("a", at, "new")).skip(number as usize % 4).collect();
        reports.write(&format!("{number}.json"), Some((&name, &["Claude"])), &findings);
    }
    let counted = reports.counted();
    assert_eq!((&counted["reports"], &counted["changes"]), (&json!(2_000), &json!(500)));
    assert_eq!(counted["rules"]["a"], counts(1_500, 1_500, 0, 0, 0));
}

#[test]
fn reports_of_real_runs_are_counted() {
    let workspace = Workspace::small();
    let lines = "\n/// Later.\npub async fn later() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n";
    let before = workspace.read("src/lib.rs");
    workspace.append("src/lib.rs", lines);
    workspace.commit("later\n\nAssisted-by: Codex CLI");
    let folder: PathBuf = workspace.outside();
    let output = |name: &str| format!("--output=json={}", folder.join(name).display());
    assert_eq!(workspace.run(&["gate", &output("1.json")]).status, 1);
    workspace.write("src/lib.rs", before);
    workspace.commit("not so");
    assert_eq!(workspace.run(&["gate", &output("2.json")]).status, 0);
    let ran = workspace.run(&["stats", folder.to_str().expect("UTF-8"), "--format", "json"]);
    let counted: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    assert_eq!(counted["rules"]["blocking-in-async"], counts(1, 1, 0, 0, 0), "{ran}");
    assert_eq!(counted["agents"]["Codex CLI"]["fixed"], counted["agents"]["Codex CLI"]["fired"], "{ran}");
}
