//! Whatever numbers outcomes have, there is a report.
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use experiment::{ALPHA, ExperimentReport, Ledger, Report, text};
use experiments::{Assignments, Exposure, Outcome};
use proptest::prelude::*;

const YAML: &str = "[{ name: e, salt: s, owner: o, hypothesis: h, starts: 1970-01-01, ends: 1970-01-03, \
     primary: { name: m0, kind: mean, bad: decrease }, guardrails: [\
     { name: m1, kind: ratio, bad: increase, margin: { relative: 0.1 } }, \
     { name: m2, kind: proportion, bad: decrease, margin: { relative: 0.1 } }, \
     { name: m3, kind: mean, bad: increase, margin: { relative: 3 } }], arms: [\
     { name: control, from: 0, to: 400 }, { name: one, from: 400, to: 700 }, { name: two, from: 700, to: 999 }] }]";

fn number() -> impl Strategy<Value = f64> {
    let finite = any::<f64>().prop_filter("JSON has no other numbers", |number| number.is_finite());
    prop_oneof![finite, Just(0.0), Just(1.0), Just(f64::MAX), Just(f64::MIN_POSITIVE), -10.0..10.0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn there_is_a_report(
        units in prop::collection::vec((0_usize..3, prop::collection::vec((0_usize..4, number()), 0..6)), 0..30),
        days in 0_u64..4,
    ) {
        let assignments = Assignments::from_yaml(YAML).expect("the experiment is right");
        let experiment = &assignments.experiments()[0];
        let mut ledger = Ledger::new(experiment);
        for (number, (arm, _)) in units.iter().enumerate() {
            ledger.expose(&Exposure {
                at_ms: 0,
                service: String::new(),
                request_id: number.to_string(),
                unit: number.to_string(),
                arms: BTreeMap::from([("e".to_owned(), experiment.arms[*arm].name.clone())]),
                model_version: String::new(),
                degraded: Vec::new(),
                shown: Vec::new(),
            });
        }
        for (number, (_, outcomes)) in units.iter().enumerate() {
            for (at_ms, (metric, value)) in (1..).zip(outcomes) {
                let (unit, metric) = (number.to_string(), format!("m{metric}"));
                ledger.outcome(&Outcome { unit, metric, value: *value, at_ms });
            }
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(days * 86_400);
        let report = Report {
            at: String::new(),
            alpha: ALPHA,
            exposures: Vec::new(),
            outcomes: Vec::new(),
            experiments: vec![ExperimentReport::of(experiment, &ledger, now, ALPHA)],
        };
        prop_assert!(report.alarms(), "so few units say nothing");
        prop_assert!(text(&report).expect("a string takes all").contains("invalid"));
    }
}
