//! The statistics against values that independent packages computed: `statistics.json` names the calls in its head.

use golden::statistics::{holm, lower_bound, paired_bootstrap, upper_bound};
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
fn intervals_equal_those_of_scipy_as_far_as_two_drawings_do() {
    let oracle: Value = serde_json::from_str(include_str!("statistics.json")).unwrap();
    let rows = oracle["bootstrap"].as_array().unwrap();
    assert_eq!(rows.len(), 18, "the values were cut");
    for row in rows {
        let differences: Vec<f64> = serde_json::from_value(row[0].clone()).unwrap();
        let confidence = row[1].as_f64().unwrap();
        let [mean, low, high, fall] = [2, 3, 4, 5].map(|column| row[column].as_f64().unwrap());
        let found = paired_bootstrap(&differences, confidence).unwrap();
        assert!((found.mean - mean).abs() <= 1e-12, "{found:?}, expected the mean {mean}");
        let near = 0.04 * (high - low);
        assert!((found.low - low).abs() <= near, "{found:?}, expected the lower end {low}");
        assert!((found.high - high).abs() <= near, "{found:?}, expected the upper end {high}");
        assert!((found.fall - fall).abs() <= 0.02, "{found:?}, expected a fall of {fall}");
        assert_eq!(paired_bootstrap(&differences, confidence), Some(found), "it is not the same twice");
    }
}

#[test]
fn an_interval_needs_differences_that_are_numbers() {
    for (differences, confidence) in
        [(&[][..], 0.95), (&[0.1, f64::NAN], 0.95), (&[0.1, 0.2], 1.0), (&[f64::INFINITY], 0.95)]
    {
        assert_eq!(paired_bootstrap(differences, confidence), None, "{differences:?}");
    }
    let alone = paired_bootstrap(&[-0.25], 0.95).unwrap();
    assert_eq!((alone.low, alone.high), (-0.25, -0.25));
}

#[test]
fn adjusted_p_values_equal_those_of_statsmodels() {
    let oracle: Value = serde_json::from_str(include_str!("statistics.json")).unwrap();
    let rows = oracle["holm"].as_array().unwrap();
    assert_eq!(rows.len(), 6, "the values were cut");
    for row in rows {
        let p_values: Vec<f64> = serde_json::from_value(row[0].clone()).unwrap();
        for (found, expected) in holm(&p_values).into_iter().zip(row[1].as_array().unwrap()) {
            check(&format!("{p_values:?}"), found, expected);
        }
    }
    assert_eq!(holm(&[]), [0.0; 0]);
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
