//! `unsigned-approval`: finds approvals that nobody vouches for.

use findings::{Finding, Location, rule};

rule! {
    /// An approval that the change brings, and that no key which the base trusts has signed. It is a request. In the examples the
    /// forge vouches for what Ann writes and for nothing else.
    ///
    /// ## Why it hurts
    /// An agent can write the file. Only a signature, or a review that the forge enforces, says that a person stands behind it.
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
    /// by: robot@example.org
    /// date: "2026-11-19"
    /// ```
    ///
    /// ## Instead
    /// Have it signed: `ssh-keygen -Y sign -n gatefold-approval -f KEY approvals/FILE.yaml`.
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
    pub static UNSIGNED_APPROVAL = {
        id: "unsigned-approval",
        guard: "policy",
        group: "approvals",
        level: Note,
        summary: "finds approvals that nobody vouches for",
    };
}

/// `why` nobody vouches for it.
pub(crate) fn finding(place: Location, why: &str) -> Finding {
    Finding::new(&UNSIGNED_APPROVAL, place, format!("this approval is only a request: {why}"))
        .help("have it signed by someone whose key the base trusts: `ssh-keygen -Y sign -n gatefold-approval -f KEY FILE`")
        .fact(why)
}
