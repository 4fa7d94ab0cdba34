//! Which events count, and for whom.
use std::collections::BTreeMap;

use experiment::{Ledger, LedgerCounts};
use experiments::{Assignments, Exposure, Kind, Outcome, bucket};
use proptest::prelude::*;

const YAML: &str = "[{ name: e, salt: s, owner: o, hypothesis: h, starts: 1970-01-02, ends: 1970-01-03, \
     primary: { name: minutes, kind: mean, bad: decrease }, arms: [\
     { name: control, from: 0, to: 500 }, { name: other, from: 500, to: 1000 }] }]";

/// The experiment's first millisecond, and the first after it.
const STARTS: u64 = 86_400_000;
const ENDS: u64 = 2 * STARTS;

/// A unit and the arm that it is shown in, with `@` for another arm than its bucket's.
fn exposure(request: &str, unit: &str, arm: &str, at_ms: u64) -> Exposure {
    Exposure {
        at_ms,
        service: "test".to_owned(),
        request_id: request.to_owned(),
        unit: unit.to_owned(),
        arms: BTreeMap::from([("e".to_owned(), arm.to_owned()), ("f".to_owned(), "control".to_owned())]),
        model_version: String::new(),
        degraded: if request.starts_with("degraded") { vec!["model".to_owned()] } else { Vec::new() },
        shown: Vec::new(),
    }
}

fn outcome(unit: &str, value: f64, at_ms: u64) -> Outcome {
    Outcome { unit: unit.to_owned(), metric: "minutes".to_owned(), value, at_ms }
}

/// A unit whose bucket is in the arm.
fn unit_in(arm: &str) -> String {
    let is_control = |unit: &String| bucket("s", unit) < 500;
    let mut units = (0..).map(|number| format!("u{number}"));
    units.find(|unit| is_control(unit) == (arm == "control")).expect("there are such units")
}

/// The mean of each arm, its units and exposures, and what did not count.
fn check(exposures: &[Exposure], outcomes: &[Outcome], expected: [(u64, u64, f64); 2], counts: LedgerCounts) {
    let assignments = Assignments::from_yaml(YAML).expect("the experiment is right");
    let mut ledger = Ledger::new(&assignments.experiments()[0]);
    exposures.iter().for_each(|exposure| ledger.expose(exposure));
    outcomes.iter().for_each(|outcome| ledger.outcome(outcome));
    let found: Vec<_> = ledger
        .arms()
        .iter()
        .map(|(events, arm)| {
            // Two units of zeros more give an arm of one unit a mean.
            let mut sample = arm.samples[0];
            let units = sample.units();
            (0..2).for_each(|_| sample.add(experiment::UnitTotal::default()));
            let mean = sample.estimate(Kind::Mean).expect("there are two units").value;
            (units, events.exposures, (mean * (units + 2) as f64).round())
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(ledger.counts(), counts);
}

#[test]
fn an_outcome_counts_for_the_arm_of_its_unit_from_its_first_exposure_to_the_end() {
    let (one, two) = (unit_in("control"), unit_in("other"));
    let exposures = [
        exposure("r2", &one, "control", STARTS + 10),
        exposure("r1", &one, "control", STARTS + 5),
        exposure("degraded", &two, "other", STARTS),
    ];
    let outcomes = [
        outcome(&one, 100.0, STARTS + 4),
        outcome(&one, 3.0, STARTS + 5),
        outcome(&one, 4.0, ENDS - 1),
        outcome(&one, 200.0, ENDS),
        outcome("stranger", 1.0, STARTS + 5),
        Outcome { metric: "other".to_owned(), ..outcome(&one, 1.0, STARTS + 5) },
    ];
    let counts = LedgerCounts {
        outcomes: 2,
        outcomes_before_exposure: 1,
        outcomes_after_end: 1,
        outcomes_without_exposure: 1,
        ..LedgerCounts::default()
    };
    check(&exposures, &outcomes, [(1, 2, 7.0), (1, 1, 0.0)], counts);
}

#[test]
fn what_is_written_twice_counts_once() {
    let one = unit_in("control");
    let exposures = ["r1", "r1", "r2"].map(|request| exposure(request, &one, "control", STARTS + 5));
    let outcomes = [3.0, 3.0, 4.0].map(|value| outcome(&one, value, STARTS + 6));
    let counts =
        LedgerCounts { repeated_exposures: 1, repeated_outcomes: 1, outcomes: 2, ..LedgerCounts::default() };
    check(&exposures, &outcomes, [(1, 2, 7.0), (0, 0, 0.0)], counts);
}

#[test]
fn a_unit_that_was_seen_in_two_arms_is_left_out() {
    let (one, two) = (unit_in("control"), unit_in("other"));
    let exposures = [
        exposure("r1", &one, "control", STARTS + 5),
        exposure("r2", &one, "other", STARTS + 6),
        exposure("r3", &two, "other", STARTS + 6),
        exposure("r4", &two, "retired", STARTS + 7),
    ];
    let outcomes = [outcome(&one, 3.0, STARTS + 8)];
    let counts = LedgerCounts {
        units_in_two_arms: 2,
        exposures_in_unknown_arms: 1,
        outcomes: 1,
        ..LedgerCounts::default()
    };
    check(&exposures, &outcomes, [(0, 1, 0.0), (0, 2, 0.0)], counts);
}

#[test]
fn exposures_outside_the_dates_and_in_other_arms_than_configured_are_said() {
    let one = unit_in("control");
    let exposures = [
        exposure("r1", &one, "control", STARTS - 1),
        exposure("r2", &one, "control", ENDS),
        exposure("r3", &one, "control", u64::MAX),
        exposure("r4", &one, "other", STARTS),
    ];
    let counts =
        LedgerCounts { exposures_outside_dates: 3, units_not_where_assigned: 1, ..LedgerCounts::default() };
    check(&exposures, &[], [(0, 0, 0.0), (1, 1, 0.0)], counts);
}

proptest! {
    #[test]
    fn the_order_of_events_does_not_matter(events in prop::collection::vec((0_u8..5, 0_u8..3, 0_u64..6), 0..40)) {
        let assignments = Assignments::from_yaml(YAML).expect("the experiment is right");
        let count = |reversed: bool| {
            let mut ledger = Ledger::new(&assignments.experiments()[0]);
            let mut exposures: Vec<_> = events.iter().map(|(unit, arm, at)| {
                let arm = ["control", "other", "retired"][usize::from(*arm)];
                exposure(&format!("{unit}{at}"), &format!("u{unit}"), arm, STARTS + at)
            }).collect();
            let mut outcomes: Vec<_> = events.iter().map(|(unit, value, at)| {
                outcome(&format!("u{unit}"), f64::from(*value), STARTS + 5 - at)
            }).collect();
            if reversed {
                exposures.reverse();
                outcomes.reverse();
            }
            exposures.iter().for_each(|exposure| ledger.expose(exposure));
            outcomes.iter().for_each(|outcome| ledger.outcome(outcome));
            let arms = ledger.arms().into_iter().map(|(_, arm)| (arm.units, arm.samples[0].estimate(Kind::Mean)));
            (arms.collect::<Vec<_>>(), ledger.counts().outcomes, ledger.counts().units_in_two_arms)
        };
        prop_assert_eq!(count(false), count(true));
    }
}
