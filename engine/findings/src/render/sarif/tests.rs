//! What is cut where there is little room.

use serde_json::Value;

use super::*;
use crate::{BaseInfo, ChangeInfo, Finding, Level, Location, PolicyInfo, PolicySide, Tier};

crate::rule! {
    /// Only for tests.
    static SAMPLE = { id: "sample", guard: "tests", group: "tests", level: Error, summary: "finds samples" };
}

/// Findings whose texts no compressor makes smaller, every third of them an error.
fn report(findings: u32, bytes: usize) -> Report {
    let noise = |seed: u32| -> String {
        let hash = |part: usize| blake3::hash(format!("{seed} {part}").as_bytes()).to_hex().to_string();
        (0..bytes / 64).map(hash).collect()
    };
    let findings = (0..findings).map(|seed| {
        let finding = Finding::new(&SAMPLE, Location::point("a.rs", seed + 1, 1), noise(seed));
        let level = [Level::Note, Level::Warning, Level::Error][seed as usize % 3];
        JudgedFinding { finding: Finding { level, ..finding }, status: Status::New }
    });
    Report {
        tool: "0.1.0",
        tier: Tier::Static,
        base: BaseInfo { commit: None, chosen: "none".to_owned() },
        head: None,
        change: ChangeInfo::default(),
        policy: PolicyInfo { from: PolicySide::Head, digest: String::new() },
        observe: false,
        guards: Vec::new(),
        findings: findings.collect(),
        remarks: Vec::new(),
        requests: Vec::new(),
    }
}

/// How many results of each level are left, and the first notification.
fn check(report: &Report, room: Room, expect: [usize; 3], said: Option<&str>) {
    let text = within(report, "", "cargo xtask", room);
    assert!(packed(&text, 0) <= room.bytes, "{} bytes", packed(&text, 0));
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let run = &log["runs"][0];
    let results = run["results"].as_array().expect("results");
    let count = |level: &str| results.iter().filter(|result| result["level"] == level).count();
    assert_eq!([count("error"), count("warning"), count("note")], expect);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(notification.as_str(), said);
}

#[test]
fn the_least_severe_go_first_and_their_number_is_said() {
    let room = Room { results: 25, bytes: 1_000_000 };
    check(&report(25, 64), room, [8, 8, 9], None);
    check(
        &report(60, 64),
        room,
        [20, 5, 0],
        Some("35 results left out for want of room, the least severe ones; the JSON report has them all"),
    );
}

#[test]
fn what_is_too_much_behind_gzip_is_cut_until_it_fits() {
    let report = report(60, 4_000);
    // The same texts once more are many bytes, and few behind gzip.
    check(&report, Room { results: 60, bytes: 160_000 }, [20, 20, 20], None);
    let room = Room { results: 60, bytes: 60_000 };
    let text = within(&report, "", "cargo xtask", room);
    assert!(packed(&text, 0) <= room.bytes && text.len() > room.bytes, "{}", packed(&text, 0));
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let left = log["runs"][0]["results"].as_array().expect("results").len();
    assert!((10..40).contains(&left), "{left}");
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(said.as_str().is_some_and(|said| said.starts_with(&format!("{} results left out", 60 - left))));
}
