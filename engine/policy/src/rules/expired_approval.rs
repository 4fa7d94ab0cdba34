//! `expired-approval`: finds approvals that are past their date.

use findings::{Finding, Location, rule};
use jiff::civil::Date;

use crate::approvals::Approval;

rule! {
    /// An approval whose `until` is over. It covers nothing any more.
    ///
    /// ## Why it hurts
    /// What was accepted for a time is accepted for ever, unless somebody is told.
    ///
    /// ## Example
    /// ```bad
    /// gatefold-approval: 1 #~
    /// findings:
    ///   - rule: sample-unwrap
    ///     fingerprint: 00112233445566778899aabbccddeeff
    ///     base: ""
    ///     head: ffeeddccbbaa99887766554433221100
    ///     message: calls `unwrap`
    /// reason: the list is filled at start-up
    /// by: ann@example.org
    /// date: "2026-11-19"
    /// until: "2026-11-19"
    /// ```
    ///
    /// ## Instead
    /// Repair what was accepted, or remove the file where the base has the finding anyway.
    /// ```good
    /// gatefold-approval: 1
    /// findings:
    ///   - rule: sample-unwrap
    ///     fingerprint: 00112233445566778899aabbccddeeff
    ///     base: ""
    ///     head: ffeeddccbbaa99887766554433221100
    ///     message: calls `unwrap`
    /// reason: the list is filled at start-up
    /// by: ann@example.org
    /// date: "2026-11-19"
    /// until: "2027-01-31"
    /// ```
    pub static EXPIRED_APPROVAL = {
        id: "expired-approval",
        guard: "policy",
        group: "approvals",
        level: Warning,
        summary: "finds approvals that are past their date",
    };
}

pub(crate) fn finding(place: Location, approval: &Approval, until: Date) -> Finding {
    Finding::new(&EXPIRED_APPROVAL, place, format!("this approval ended on {until}"))
        .help("repair what it accepts, or have it approved again")
        .fact(&approval.reason)
}
