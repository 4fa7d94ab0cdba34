//! `unused-exception`: finds exceptions that except nothing.

use findings::{Finding, Location, rule};

use crate::exceptions::Exception;

rule! {
    /// An exception whose rule finds nothing on the lines that it covers.
    ///
    /// ## Why it hurts
    /// A stale exception waits for the next fault on its line and lets it pass.
    ///
    /// ## Example
    /// ```bad
    /// fn rank(items: &[f64]) -> Option<f64> {
    ///     // gatefold: allow(sample-unwrap): the list is never empty //~
    ///     items.first().copied()
    /// }
    /// ```
    ///
    /// ## Instead
    /// Remove it.
    /// ```good
    /// fn rank(items: &[f64]) -> Option<f64> {
    ///     items.first().copied()
    /// }
    /// ```
    pub static UNUSED_EXCEPTION = {
        id: "unused-exception",
        guard: "policy",
        group: "exceptions",
        level: Warning,
        summary: "finds exceptions that except nothing",
    };
}

pub(crate) fn finding(exception: &Exception, rule: &str) -> Finding {
    let place = Location::at(&exception.file, exception.span);
    Finding::new(&UNUSED_EXCEPTION, place, format!("`{rule}` finds nothing here that could be excepted"))
        .help("remove the exception, or put it on the line of the finding or above its statement")
        .fact(rule)
        .fact(&exception.reason)
}
