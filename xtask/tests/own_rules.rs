//! A workspace's own rules run beside the catalogue, and one that panics never lets a change pass.

use std::ffi::OsString;
use std::path::Path;

use findings::{Finding, Location, rule};
use lints::{Check, Lint};

rule! {
    /// Files that speak of moonlight.
    ///
    /// ## Why it hurts
    /// Only the tests know.
    ///
    /// ## Example
    /// ```bad text
    /// moonlight //~
    /// ```
    ///
    /// ## Instead
    /// ```good text
    /// daylight
    /// ```
    static MOONLIGHT = {
        id: "moonlight",
        guard: "lints",
        group: "tests",
        level: Error,
        summary: "finds moonlight",
    };
}

static OWN: &[&Lint] = &[&Lint { rule: &MOONLIGHT, check: Check::Text(look) }];

fn look(path: &str, text: &str, findings: &mut Vec<Finding>) {
    assert!(!text.contains("eclipse"), "no rule looks into the sun");
    if text.contains("moonlight") {
        findings.push(Finding::new(&MOONLIGHT, Location::point(path, 1, 1), "speaks of `moonlight`"));
    }
}

fn check(text: &str, status: u8, in_the_report: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("sky.txt"), text).expect("a file");
    let report = folder.path().with_extension("json");
    let output = format!("json={}", report.display());
    let arguments =
        ["gatefold", "gate", "--base", "none", "--root", path(folder.path()), "--output", &output];
    assert_eq!(xtask::run_with(arguments.map(OsString::from), OWN), status, "{text}");
    let said = std::fs::read_to_string(&report).expect("a report");
    std::fs::remove_file(&report).expect("a report");
    assert!(said.contains(in_the_report), "{said}");
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

#[test]
fn own_rules_block_like_the_others_and_a_panic_inside_one_is_no_pass() {
    check("daylight", 0, r#""verdict": "pass""#);
    check("moonlight", 1, r#""rule": "moonlight""#);
    check("eclipse", 3, "no rule looks into the sun");
}
