//! What holds of all experiments and all units.
use std::time::{Duration, SystemTime};

use experiments::{Assignments, BUCKETS, bucket};
use proptest::prelude::*;

/// An experiment whose control has the first buckets and whose other arm the next.
fn experiment(name: &str, salt: &str, control: u32, other: u32) -> String {
    format!(
        "- name: {name}\n  salt: {salt}\n  owner: o\n  hypothesis: h\n  ends: 2026-12-14\n  arms:\n    \
         - {{ name: control, from: 0, to: {control} }}\n    \
         - {{ name: other, from: {control}, to: {} }}\n",
        control + other
    )
}

fn assignments(text: &str) -> Assignments {
    Assignments::from_yaml(text).expect("the experiments are right")
}

/// The unit's arm in the experiment `e`.
fn arm(assignments: &Assignments, unit: &str) -> Option<String> {
    let assigned = assignments.of(unit, SystemTime::UNIX_EPOCH).into_iter();
    assigned.filter(|assigned| assigned.experiment == "e").map(|assigned| assigned.arm).next()
}

/// YAML that is near to experiments: pieces of them, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = [
        "- ",
        "name: e\n",
        "salt: s\n",
        "owner: o\n",
        "hypothesis: h\n",
        "ends: 2026-12-14\n",
        "ends: .inf\n",
        "arms:\n",
        "arms: []\n",
        "  ",
        "- { name: control, from: 0, to: 5 }\n",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a ",
        "!!binary ",
        "? ",
        ": ",
        "\"",
        "'",
        "|\n",
        "\n",
        "from: -1\n",
        "to: 1e99\n",
        "margin: { relative: .nan }\n",
        "guardrails:\n",
        "primary: ~\n",
        "<<: *a\n",
        "state: stopped\n",
        "\u{0}",
        "\u{feff}",
        "99999999999999999999",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_experiments_or_is_refused(text in prop_oneof![any::<String>(), pieces()]) {
        if let Ok(assignments) = Assignments::from_yaml(&text) {
            for experiment in assignments.experiments() {
                prop_assert!(experiment.arms.iter().all(|arm| arm.from < arm.to && arm.to <= BUCKETS));
            }
        }
    }

    #[test]
    fn a_unit_is_in_the_one_arm_that_holds_its_bucket_or_in_none(
        unit in any::<String>(), control in 1_u32..500, other in 1_u32..500,
    ) {
        let assigned = arm(&assignments(&experiment("e", "s", control, other)), &unit);
        let bucket = bucket("s", &unit);
        let expected = if bucket < control {
            Some("control")
        } else if bucket < control + other {
            Some("other")
        } else {
            None
        };
        prop_assert_eq!(assigned.as_deref(), expected);
    }

    #[test]
    fn arms_that_cover_all_buckets_hold_all_units(unit in any::<String>(), control in 1_u32..1000) {
        prop_assert!(arm(&assignments(&experiment("e", "s", control, 1000 - control)), &unit).is_some());
    }

    #[test]
    fn an_experiment_more_moves_nobody(unit in any::<String>(), salt in "[a-z]{2,9}") {
        let alone = experiment("e", "s", 300, 300);
        let beside = experiment("d", &salt, 500, 500) + &alone + &experiment("f", "t", 1, 1);
        prop_assert_eq!(arm(&assignments(&alone), &unit), arm(&assignments(&beside), &unit));
    }

    #[test]
    fn a_range_that_grows_takes_nobody_away(unit in any::<String>(), control in 1_u32..400, more in 0_u32..300) {
        let before = arm(&assignments(&experiment("e", "s", control, 100)), &unit);
        let after = arm(&assignments(&experiment("e", "s", control, 100 + more)), &unit);
        prop_assert!(before.is_none() || before == after, "{:?} became {:?}", before, after);
    }

    #[test]
    fn before_the_end_time_moves_nobody(unit in any::<String>(), seconds in 0_u64..1_700_000_000) {
        let assignments = assignments(&experiment("e", "s", 300, 300));
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        prop_assert_eq!(assignments.of(&unit, SystemTime::UNIX_EPOCH), assignments.of(&unit, later));
    }
}

#[test]
fn another_salt_deals_all_units_anew() {
    let units: Vec<_> = (0..4_000).map(|number| format!("viewer-{number}")).collect();
    let arm_under = |salt: &str| {
        let assignments = assignments(&experiment("e", salt, 500, 500));
        units.iter().map(|unit| arm(&assignments, unit)).collect::<Vec<_>>()
    };
    let (one, other) = (arm_under("salt-1"), arm_under("salt-2"));
    let stayed = one.iter().zip(&other).filter(|(one, other)| one == other).count();
    // Independent halves: 2,000 stay, give or take 32; six times that is never seen.
    assert!(stayed.abs_diff(2_000) < 190, "{stayed} of 4000 stayed in their arm");
}
