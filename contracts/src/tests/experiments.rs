//! Experiments: what may be changed freely, and what deals units anew.

use policy::Today;
use source::{Change, Tree};

use super::trees::judged;
use crate::Outside;

const RUNNING: &str = "
- name: spacing
  salt: s1
  state: running
  starts: 2026-11-16
  ends: 2026-12-14
  guardrails: [{ name: minutes }]
  arms:
    - { name: control, from: 0, to: 400 }
    - { name: wide, from: 500, to: 900 }
";

fn ids(base: Option<&str>, head: &[(&str, &str)]) -> Vec<&'static str> {
    let base = base.map(|text| Tree::from_memory([("services/home/experiments.yaml", text)]));
    let change = Change::of_trees(base, Tree::from_memory(head.iter().copied()));
    let outside = Outside { today: Today::on("2026-11-20"), ..Outside::default() };
    judged(&change, &outside).iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn units_of_a_running_experiment_stay_in_their_arms() {
    for (from, to, expected) in [
        ("salt: s1", "salt: s2", &["experiment-rerandomised"][..]),
        ("to: 400", "to: 500", &[]),
        ("to: 900", "to: 1000", &[]),
        // Taken out is not dealt anew.
        ("to: 400", "to: 100", &[]),
        ("    - { name: wide, from: 500, to: 900 }\n", "", &[]),
        ("{ name: control, from: 0, to: 400 }", "{ name: control, from: 0, to: 500 }", &[]),
        ("from: 500", "from: 450", &[]),
        ("name: wide", "name: wider", &["experiment-rerandomised"]),
        (
            "from: 0, to: 400 }\n    - { name: wide, from: 500, to: 900",
            "from: 500, to: 900 }\n    - { name: wide, from: 0, to: 400",
            &["experiment-rerandomised"],
        ),
        ("state: running", "state: stopped", &[]),
        ("ends: 2026-12-14", "ends: 2026-12-31", &[]),
        ("name: spacing", "name: spacing-again", &[]),
    ] {
        let head = RUNNING.replace(from, to);
        assert_ne!(head, RUNNING);
        assert_eq!(
            ids(Some(RUNNING), &[("services/home/experiments.yaml", &head)]),
            expected,
            "{from} to {to}"
        );
        // In a file of another name it is the same experiment.
        let elsewhere = [("services/radio/experiments.yaml", head.as_str())];
        assert_eq!(ids(Some(RUNNING), &elsewhere), expected, "{from} to {to}, elsewhere");
    }
    assert_eq!(ids(Some(RUNNING), &[]), [""; 0], "it is taken out");
}

#[test]
fn an_experiment_that_does_not_run_may_be_dealt_anew() {
    for (from, to) in [
        ("state: running", "state: stopped"),
        ("starts: 2026-11-16", "starts: 2026-11-23"),
        ("starts: 2026-11-16\n  ends: 2026-12-14", "ends: 2026-11-19"),
    ] {
        let base = RUNNING.replace(from, to);
        let head = base.replace("salt: s1", "salt: s2");
        let found = ids(Some(&base), &[("services/home/experiments.yaml", &head)]);
        assert!(!found.contains(&"experiment-rerandomised"), "{to}: {found:?}");
    }
}

#[test]
fn experiments_of_one_layer_share_its_buckets() {
    let second = |more: &str, from: u32, to: u32| {
        format!(
            "- name: second\n  {more}\n  ends: 2026-12-14\n  guardrails: [{{ name: minutes }}]\n  \
             arms: [{{ name: a, from: {from}, to: {to} }}]\n"
        )
    };
    let overlap = &["experiment-buckets-overlap"][..];
    for (first, second, expected) in [
        ("salt: s1", second("salt: s1\n  state: running", 900, 1000), &[][..]),
        ("salt: s1", second("salt: s1\n  state: running", 899, 1000), overlap),
        ("salt: s1", second("salt: s1\n  state: stopped", 0, 1000), &[]),
        ("salt: s1", second("salt: s2\n  state: running", 0, 1000), &[]),
        ("salt: s1\n  layer: l", second("salt: s1\n  layer: l\n  state: running", 0, 10), overlap),
        (
            "salt: s1\n  layer: l",
            second("salt: s1\n  layer: m\n  state: running", 0, 10),
            &["experiment-salt-shared"],
        ),
        (
            "salt: s1\n  layer: l",
            second("salt: s2\n  layer: l\n  state: running", 950, 960),
            &["experiment-salt-shared"],
        ),
    ] {
        let text = format!("{}{second}", RUNNING.replace("salt: s1", first));
        assert_eq!(ids(None, &[("services/home/experiments.yaml", &text)]), expected, "{text}");
    }
}

#[test]
fn one_experiment_may_be_served_by_two_services() {
    let other = RUNNING.replace("to: 900", "to: 800");
    for (text, expected) in [(RUNNING, &[][..]), (&other, &["experiment-salt-shared"])] {
        let files = [("services/home/experiments.yaml", RUNNING), ("services/search/experiments.yaml", text)];
        assert_eq!(ids(None, &files), expected, "{text}");
    }
}

#[test]
fn ranges_that_no_machine_has_are_out_of_range() {
    for (from, to) in [(i64::MIN, i64::MAX), (-1, 5), (0, 1001), (5, 5), (6, 5), (i64::MAX, i64::MIN)] {
        let text = RUNNING.replace("from: 500, to: 900", &format!("from: {from}, to: {to}"));
        let found = ids(Some(RUNNING), &[("services/home/experiments.yaml", &text)]);
        assert!(found.contains(&"experiment-out-of-range"), "{from}..{to}: {found:?}");
    }
}
