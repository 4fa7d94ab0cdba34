//! `malformed-exception`: finds comments that want to be exceptions and are none.

use findings::{Finding, Location, rule};

rule! {
    /// A comment that begins with `gatefold:` and does not say a rule and a reason in the form that counts, or names a rule that
    /// there is not or that takes no exception.
    ///
    /// ## Why it hurts
    /// Whoever wrote it believes that the finding is excepted, and reads the next report in surprise.
    ///
    /// ## Example
    /// ```bad
    /// fn rank(items: &[f64]) -> f64 {
    ///     // gatefold: allow(sample-unwrap) //~
    ///     *items.first().unwrap()
    /// }
    /// ```
    ///
    /// ## Instead
    /// Name the rule and say why; a date is optional.
    /// ```good
    /// fn rank(items: &[f64]) -> f64 {
    ///     // gatefold: allow(sample-unwrap) until 2027-01-31: the caller never passes an empty list
    ///     *items.first().unwrap()
    /// }
    /// ```
    pub static MALFORMED_EXCEPTION = {
        id: "malformed-exception",
        guard: "policy",
        group: "exceptions",
        level: Warning,
        summary: "finds comments that want to be exceptions and are none",
    };
}

/// `what` follows "this exception ".
pub(crate) fn finding(place: Location, what: &str) -> Finding {
    Finding::new(&MALFORMED_EXCEPTION, place, format!("this exception {what}"))
        .help("write `gatefold: allow(rule-id): reason`, with `until 2027-01-31` before the colon where it should end")
        .fact(what)
}
