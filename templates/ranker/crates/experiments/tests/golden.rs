//! Who is in which arm never moves: each committed assignment is made again.
//!
//! The file is written by `cargo run -p experiment -- assign --config crates/experiments/testdata/experiments.yaml
//! < crates/experiments/testdata/units.txt > crates/experiments/testdata/assignments.jsonl`. A difference deals viewers
//! anew in the middle of their experiments: it is the code that has to be put right, not the file.
use std::collections::BTreeSet;

use experiments::{Assignments, bucket};
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    unit: String,
    experiment: String,
    salt: String,
    bucket: u32,
    arm: Option<String>,
}

#[test]
fn every_committed_assignment_is_made_again() {
    let assignments = Assignments::from_yaml(include_str!("../testdata/experiments.yaml"))
        .expect("the experiments are right");
    let mut units = BTreeSet::new();
    for line in include_str!("../testdata/assignments.jsonl").lines() {
        let Line { unit, experiment: name, salt, bucket: committed, arm } =
            serde_json::from_str(line).expect("the line is an assignment");
        let experiments = assignments.experiments();
        let experiment = experiments.iter().find(|one| one.name == name).expect("the experiment is there");
        assert_eq!(experiment.salt, salt);
        assert_eq!(bucket(&salt, &unit), committed, "{unit:?} under {salt:?}");
        assert_eq!(experiment.arm_of(&unit).map(|arm| arm.name.clone()), arm, "{unit:?} in {name}");
        units.insert(unit);
    }
    assert!(units.len() >= 200, "{} units are committed", units.len());
}
