//! The measures against values that independent packages computed: `rank_oracle.json` names them in its head.

use golden::measures::{self, Pair};
use serde_json::Value;

type List = Vec<(String, u32)>;

#[test]
fn every_measure_equals_the_independent_packages_to_a_billionth() {
    let oracle: Value = serde_json::from_str(include_str!("rank_oracle.json")).unwrap();
    let mut compared = 0;
    for pair in oracle["pairs"].as_array().unwrap() {
        let (a, b) = (list(&pair["a"]), list(&pair["b"]));
        for (name, expected) in pair["values"].as_object().unwrap() {
            check(&format!("{} {name}", pair["id"]), measure(name, &a, &b), expected.as_f64());
            compared += 1;
        }
    }
    assert_eq!(compared, 373, "the excerpt was cut");
}

fn check(what: &str, found: Option<f64>, expected: Option<f64>) {
    match (found, expected) {
        (None, None) => {}
        (Some(found), Some(expected)) if (found - expected).abs() <= 1e-9 => {}
        _ => panic!("{what}: {found:?}, expected {expected:?}"),
    }
}

fn measure(name: &str, a: &List, b: &List) -> Option<f64> {
    let pair = Pair::of(&ranked(a), &ranked(b));
    let (measure, parameter) = name.split_once('@').unwrap_or((name, ""));
    match measure {
        "jaccard" => Some(measures::jaccard_at(&pair, parameter.parse().unwrap())),
        "rbo_pkg.rbo_ext" | "rbo_w.ext" => {
            let p = parameter.trim_start_matches("p=").parse().unwrap();
            Some(measures::rbo_extrapolated(&pair, p))
        }
        "kendall_tau_b.common" => measures::tau_b_common(&pair),
        "kendall_tau_b.union_bottom_tied" => measures::tau_b_union(&pair),
        _ => panic!("no measure is called {name}"),
    }
}

fn ranked(list: &List) -> Vec<(&str, u32)> {
    list.iter().map(|(id, group)| (id.as_str(), *group)).collect()
}

/// A list of tie groups, best first.
fn list(groups: &Value) -> List {
    let groups = groups.as_array().unwrap().iter().zip(0..);
    groups
        .flat_map(|(group, number)| {
            group.as_array().unwrap().iter().map(move |id| (id.as_str().unwrap().to_owned(), number))
        })
        .collect()
}
