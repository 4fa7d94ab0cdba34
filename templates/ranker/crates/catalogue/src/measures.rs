//! The arithmetic of model inputs: what features say about a track, a viewer or two tracks, as a number.
//!
//! Only sums, products and quotients, so that the numbers are the same to the last bit on every machine. What is missing
//! stays missing.
use std::collections::BTreeMap;

/// The plays of seven days at which a track is half as popular as it can be.
const HALF_POPULAR: f64 = 2_000.0;
/// The days after which a track is half as new as it was.
const HALF_NEW: f64 = 30.0;

/// How popular a track with these plays of seven days is, 0 to 1: `plays / (plays + 2000)`.
pub fn popularity(plays: Option<f64>) -> Option<f64> {
    plays.map(|plays| plays / (plays + HALF_POPULAR))
}

/// How new a track of this age in days is, 1 at its release, then falling: `30 / (30 + days)`.
pub fn novelty(age_days: Option<f64>) -> Option<f64> {
    age_days.map(|days| HALF_NEW / (HALF_NEW + days))
}

/// How far two values are apart, in units of `full`, at most 1.
pub fn distance(one: Option<f64>, other: Option<f64>, full: f64) -> Option<f64> {
    Some(((one? - other?).abs() / full).min(1.0))
}

/// Whether two names are the same, as 1 or 0.
pub fn same(one: Option<&String>, other: Option<&String>) -> Option<f64> {
    Some(flag(one? == other?))
}

/// How much a viewer with these weights likes what is named so; 0 for what the weights do not name.
pub fn affinity(weights: Option<&BTreeMap<String, f64>>, name: Option<&String>) -> Option<f64> {
    Some(weights?.get(name?).copied().unwrap_or(0.0))
}

/// Yes as 1, no as 0.
pub fn flag(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_stays_missing() {
        let name = "a".to_owned();
        assert_eq!(popularity(None), None);
        assert_eq!(novelty(None), None);
        assert_eq!((distance(None, Some(1.0), 1.0), distance(Some(1.0), None, 1.0)), (None, None));
        assert_eq!((same(None, Some(&name)), same(Some(&name), None)), (None, None));
        assert_eq!((affinity(None, Some(&name)), affinity(Some(&BTreeMap::new()), None)), (None, None));
    }

    #[test]
    fn measures_are_shares() {
        assert_eq!((popularity(Some(0.0)), popularity(Some(2_000.0))), (Some(0.0), Some(0.5)));
        assert_eq!((novelty(Some(0.0)), novelty(Some(30.0))), (Some(1.0), Some(0.5)));
        assert_eq!(distance(Some(90.0), Some(120.0), 60.0), Some(0.5));
        assert_eq!(distance(Some(0.0), Some(500.0), 60.0), Some(1.0));
    }

    #[test]
    fn a_name_is_the_same_or_not_and_one_that_has_no_weight_is_not_liked() {
        let (one, other) = ("a".to_owned(), "b".to_owned());
        assert_eq!((same(Some(&one), Some(&one)), same(Some(&one), Some(&other))), (Some(1.0), Some(0.0)));
        let weights = BTreeMap::from([(one.clone(), 0.7)]);
        assert_eq!(affinity(Some(&weights), Some(&one)), Some(0.7));
        assert_eq!(affinity(Some(&weights), Some(&other)), Some(0.0));
    }
}
