//! `malformed-approval`: finds files under approvals/ that are no approvals.

use findings::{Finding, Location, rule};

rule! {
    /// A YAML file under `approvals/`, or in a folder of it, that does not read as an approval, or is a link. It accepts nothing.
    ///
    /// ## Why it hurts
    /// Whoever signed it believes that the change may pass.
    ///
    /// ## Example
    /// ```bad
    /// gatefold-approval: 1
    /// findings:
    ///   - rule: sample-unwrap
    ///     fingerprint: 00112233445566778899aabbccddeeff
    ///     base: ""
    ///     head: ffeeddccbbaa99887766554433221100
    ///     message: calls `unwrap`
    /// reason: "" #~
    /// by: ann@example.org
    /// date: "2026-11-19"
    /// ```
    ///
    /// ## Instead
    /// Take the file that the gate's report carries, and say why.
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
    pub static MALFORMED_APPROVAL = {
        id: "malformed-approval",
        guard: "policy",
        group: "approvals",
        level: Warning,
        summary: "finds files under approvals/ that are no approvals",
    };
}

/// `message` says what failed.
pub(crate) fn finding(place: Location, message: &str) -> Finding {
    Finding::new(&MALFORMED_APPROVAL, place, format!("this approval accepts nothing: {message}"))
        .help("take the file that the report of the gate carries")
        .fact(message)
}
