//! The statistics against values that independent packages computed: `statistics.json` names the calls in its head.

use golden::statistics::{lower_bound, upper_bound};
use serde_json::Value;

#[test]
fn bounds_of_a_share_equal_those_of_scipy_to_a_billionth() {
    let oracle: Value = serde_json::from_str(include_str!("statistics.json")).unwrap();
    let rows = oracle["bounds"].as_array().unwrap();
    assert!(rows.len() > 150, "the values were cut");
    for row in rows {
        let (changed, of) = (row[0].as_u64().unwrap(), row[1].as_u64().unwrap());
        let confidence = row[2].as_f64().unwrap();
        let what = format!("{changed} of {of} at {confidence}");
        check(&what, lower_bound(changed, of, confidence), &row[3]);
        check(&what, upper_bound(changed, of, confidence), &row[4]);
    }
}

#[test]
fn nothing_is_known_where_nothing_was_asked() {
    for (changed, of, confidence) in
        [(0, 0, 0.95), (5, 0, 0.95), (1, 60, 0.0), (1, 60, 1.0), (1, 60, f64::NAN)]
    {
        assert_eq!((lower_bound(changed, of, confidence), upper_bound(changed, of, confidence)), (0.0, 1.0));
    }
}

fn check(what: &str, found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-9, "{what}: {found}, expected {expected}");
}
