//! Faults that are planted in the reference workspace, and what catches each; honest changes of it, which pass. The table is
//! written to `contracts/FAULTS.md`.

#![cfg(unix)]

mod experiments;
mod honest;
mod live;
mod models;
mod operations;
mod plant;
mod protos;
mod said;
mod stand_in;
mod table;
mod workspace;

use std::collections::BTreeSet;

use plant::Fault;

/// Every fault of the static tier, by area.
static PLANTED: &[(&str, &[Fault])] = &[
    ("Protos", protos::FAULTS),
    ("Consumers and scenario files", said::FAULTS),
    ("Models", models::FAULTS),
    ("Operations", operations::FAULTS),
    ("Experiments", experiments::FAULTS),
];

/// Every fault of an area is caught by its rules and by no others.
fn check(area: &str) {
    let (_, faults) = PLANTED.iter().find(|(name, _)| *name == area).expect("there is the area");
    let mut wrong = Vec::new();
    for fault in *faults {
        let caught: BTreeSet<&str> =
            plant::judge(fault.edits).iter().map(|finding| finding.rule.id).collect();
        let expected: BTreeSet<&str> = fault.caught_by.iter().copied().collect();
        if caught != expected {
            wrong.push(format!("{}: caught by {caught:?}, not by {expected:?}", fault.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_in_protos_is_caught_by_its_rules_and_by_no_others() {
    check("Protos");
}

#[test]
fn every_fault_in_what_is_said_of_services_is_caught_by_its_rules_and_by_no_others() {
    check("Consumers and scenario files");
}

#[test]
fn every_fault_between_models_and_code_is_caught_by_its_rules_and_by_no_others() {
    check("Models");
}

#[test]
fn every_fault_in_what_is_watched_is_caught_by_its_rules_and_by_no_others() {
    check("Operations");
}

#[test]
fn every_fault_of_experiments_is_caught_by_its_rules_and_by_no_others() {
    check("Experiments");
}

#[test]
fn every_fault_blocks_unless_the_table_says_otherwise() {
    for (_, faults) in PLANTED {
        for fault in *faults {
            let rules: Vec<_> =
                contracts::RULES.iter().filter(|rule| fault.caught_by.contains(&rule.id)).collect();
            assert_eq!(rules.len(), fault.caught_by.len(), "{}: a rule that there is not", fault.what);
            let blocks = rules.iter().any(|rule| rule.level == findings::Level::Error);
            assert_eq!(blocks, !fault.advises, "{}", fault.what);
        }
    }
}

#[test]
fn honest_changes_pass() {
    let mut wrong = Vec::new();
    for (what, edits) in honest::CHANGES {
        let blocks: Vec<String> = plant::judge(edits)
            .iter()
            .filter(|finding| finding.level == findings::Level::Error)
            .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
            .collect();
        if !blocks.is_empty() {
            wrong.push(format!("{what}:\n  {}", blocks.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_committed_table_is_what_was_planted() {
    let table = table::of(PLANTED, live::FAULTS, honest::CHANGES);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/FAULTS.md");
    if std::env::var_os("GATEFOLD_FAULTS_RECORD").is_some() {
        std::fs::write(path, &table).expect("the table can be written");
    }
    let committed = std::fs::read_to_string(path).expect("there is a table");
    assert!(committed == table, "run the tests with GATEFOLD_FAULTS_RECORD=1 to write {path} anew");
}

#[test]
fn no_fewer_than_thirty_faults_are_planted() {
    let planted: usize = PLANTED.iter().map(|(_, faults)| faults.len()).sum();
    assert!(planted >= 30 && live::FAULTS.len() >= 10, "{planted} and {}", live::FAULTS.len());
}
