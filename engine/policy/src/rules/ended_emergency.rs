//! `ended-emergency`: finds emergencies that are over.

use findings::{Finding, Location, rule};
use jiff::civil::Date;

use crate::approvals::Approval;

rule! {
    /// An approval with `emergency: true` whose time is over. It is told in every report until the file is removed.
    ///
    /// ## Why it hurts
    /// What was let pass in an emergency was never judged by anyone. Whoever is on call next has to know.
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
    /// date: "2026-11-17"
    /// until: "2026-11-19"
    /// emergency: true
    /// ```
    ///
    /// ## Instead
    /// Repair what was let pass, or have it approved in the ordinary way, and remove the file.
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
    /// ```
    pub static ENDED_EMERGENCY = {
        id: "ended-emergency",
        guard: "policy",
        group: "approvals",
        level: Warning,
        summary: "finds emergencies that are over",
    };
}

pub(crate) fn finding(place: Location, approval: &Approval, until: Date) -> Finding {
    let message = format!(
        "the emergency that {} declared ended on {until}, and what it let pass is still open",
        approval.by
    );
    Finding::new(&ENDED_EMERGENCY, place, message)
        .help("repair what was let pass or have it approved, and remove the file")
        .fact(&approval.reason)
}
