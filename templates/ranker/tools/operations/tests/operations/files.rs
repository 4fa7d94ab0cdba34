//! What every service has.
use std::fs;

use operations::{Objectives, rules};

use crate::support::all;

const FILES: [&str; 5] = ["alerts.test.yaml", "alerts.yaml", "runbook.md", "slo.rules.yaml", "slo.yaml"];

#[test]
fn every_service_has_all_files_and_no_other() {
    for folder in all() {
        let entries = fs::read_dir(&folder.path).expect("the folder can be listed");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("the folder can be listed").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, FILES, "of {}", folder.service);
    }
}

#[test]
fn every_service_has_operations() {
    let services = all()[0].path.join("../..");
    for service in fs::read_dir(services).expect("the services can be listed") {
        let path = service.expect("the services can be listed").path();
        if path.join("Cargo.toml").is_file() {
            assert!(path.join("operations").is_dir(), "{} has no folder `operations`", path.display());
        }
    }
}

#[test]
fn rules_are_those_that_follow_from_the_objectives() {
    for folder in all() {
        let objectives = Objectives::read(&folder.path.join("slo.yaml")).expect("the objectives are right");
        assert_eq!(objectives.service, folder.service);
        assert!(
            folder.text("slo.rules.yaml") == rules(&objectives),
            "slo.rules.yaml of {} is not what follows from slo.yaml: run `cargo run -p operations`",
            folder.service
        );
    }
}

#[test]
fn files_speak_of_their_own_service_only() {
    let services: Vec<_> = all().into_iter().map(|folder| folder.service).collect();
    for folder in all() {
        for file in FILES {
            let text = folder.text(file);
            for label in ["job", "service"] {
                for part in text.split(&format!("{label}=\"")).skip(1) {
                    let value = part.split('"').next().unwrap_or_default();
                    assert_eq!(value, folder.service, "{label} in {file} of {}", folder.service);
                }
            }
            for other in services.iter().filter(|other| **other != folder.service) {
                assert!(
                    !text.contains(&format!("services/{other}/")),
                    "{file} of {} speaks of {other}",
                    folder.service
                );
            }
        }
    }
}
