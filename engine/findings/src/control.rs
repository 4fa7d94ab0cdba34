//! Positive controls: what a guard must find in what it plants for itself, before its answer about anything else counts.

use crate::Finding;

/// The rules, by their ids, for which something was planted and which did not find it.
///
/// Ids and not rules, so that a rule that fell out of its guard's registry is missed too.
pub fn missed(planted: &[&'static str], found: &[Finding]) -> Vec<&'static str> {
    planted.iter().copied().filter(|id| !found.iter().any(|finding| finding.rule.id == *id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::rule! {
        /// Only for tests.
        static SEES = { id: "sees", guard: "tests", group: "tests", level: Error, summary: "finds" };
    }

    #[test]
    fn a_rule_that_finds_nothing_of_what_is_planted_is_named() {
        let found = [Finding::new(&SEES, None, "seen")];
        assert_eq!(missed(&["sees", "sleeps"], &found), ["sleeps"]);
        assert_eq!(missed(&["sees"], &found), [""; 0]);
        assert_eq!(missed(&["sees"], &[]), ["sees"]);
    }
}
