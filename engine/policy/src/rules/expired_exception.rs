//! `expired-exception`: finds exceptions that are past their date.

use findings::{Finding, Location, rule};
use jiff::civil::Date;

use crate::exceptions::Exception;

rule! {
    /// An exception whose date is over. It excepts nothing any more.
    ///
    /// ## Why it hurts
    /// The date was a promise to come back, made to whoever let the exception pass.
    ///
    /// ## Example
    /// ```bad
    /// fn rank(items: &[f64]) -> f64 {
    ///     // gatefold: allow(sample-unwrap) until 2026-01-31: until the loader checks it //~
    ///     *items.first().unwrap()
    /// }
    /// ```
    ///
    /// ## Instead
    /// Do what was put off, or have a later date approved.
    /// ```good
    /// fn rank(items: &[f64]) -> Option<f64> {
    ///     items.first().copied()
    /// }
    /// ```
    pub static EXPIRED_EXCEPTION = {
        id: "expired-exception",
        guard: "policy",
        group: "exceptions",
        level: Warning,
        summary: "finds exceptions that are past their date",
    };
}

pub(crate) fn finding(exception: &Exception, until: Date) -> Finding {
    let place = Location::at(&exception.file, exception.span);
    Finding::new(&EXPIRED_EXCEPTION, place, format!("this exception ended on {until}"))
        .help("do what was put off, or have a later date approved")
        .fact(exception.rules.join(", "))
        .fact(&exception.reason)
}
