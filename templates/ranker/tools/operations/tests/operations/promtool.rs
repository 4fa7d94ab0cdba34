//! Rules as Prometheus understands them, where its tool is installed.
use std::io::ErrorKind;
use std::process::Command;

use crate::support::{Folder, all};

/// Runs `promtool` in a folder, and gives what it says if it is not content. Where it is not installed, the test says so
/// and is skipped.
fn promtool(folder: &Folder, arguments: &[&str]) -> Option<String> {
    let output = match Command::new("promtool").args(arguments).current_dir(&folder.path).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            say_skipped();
            return None;
        }
        output => output.expect("promtool starts"),
    };
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    if output.status.success() { None } else { Some(format!("{}: {said}", folder.service)) }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn say_skipped() {
    eprintln!("skipped: promtool is not installed (Debian package prometheus)");
}

#[test]
fn rules_are_well_formed() {
    for folder in all() {
        assert_eq!(promtool(&folder, &["check", "rules", "alerts.yaml", "slo.rules.yaml"]), None);
    }
}

#[test]
fn alerts_fire_when_they_should_and_are_silent_when_they_should_not() {
    for folder in all() {
        assert_eq!(promtool(&folder, &["test", "rules", "alerts.test.yaml"]), None);
    }
}

#[test]
fn every_alert_is_seen_to_fire_and_seen_to_be_silent() {
    for folder in all() {
        let file = folder.yaml("alerts.test.yaml");
        let tests = file["tests"].as_sequence().expect("there are tests");
        let seen: Vec<_> = tests
            .iter()
            .flat_map(|test| test["alert_rule_test"].as_sequence().expect("a test asks for alerts"))
            .map(|case| {
                let fires = case["exp_alerts"].as_sequence().is_some_and(|alerts| !alerts.is_empty());
                (case["alertname"].as_str().unwrap_or_default().to_owned(), fires)
            })
            .collect();
        for alert in folder.alerts() {
            for fires in [true, false] {
                assert!(
                    seen.contains(&(alert.name.clone(), fires)),
                    "alerts.test.yaml of {} has no case in which {} {}",
                    folder.service,
                    alert.name,
                    if fires { "fires" } else { "is silent" }
                );
            }
        }
    }
}
