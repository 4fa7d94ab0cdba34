//! Redactions and filters of insta over rankings.

use findings::rule;

rule! {
    /// A redaction over the ranked list of a corpus, its ids or its scores, by the names that the policy gives them; or a
    /// filter over a snapshot of a ranking that matches ids or scores which are recorded. In an assertion, in settings,
    /// and in a helper that makes them. A sorted list and rounded scores are redacted too. Where it depends on what
    /// a selector such as `[]` is applied to, it is a warning; other fields of the same answer are nobody's concern.
    ///
    /// ## Why it hurts
    /// What is redacted may become anything. A list that is sorted before it is compared has no order any more, and rounded
    /// scores are no steadier: a hundredth of a percent of noise still crosses a boundary in a third of the lists.
    ///
    /// ## Example
    /// ```rust bad
    /// #[test]
    /// fn the_queue_is_answered() {
    ///     insta::assert_json_snapshot!(response(), { ".at" => "[time]", ".items" => "[items]" }); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Redact what is not the ranking, and leave noise to the tolerance of the policy.
    /// ```rust good
    /// #[test]
    /// fn the_queue_is_answered() {
    ///     insta::assert_json_snapshot!(response(), { ".at" => "[time]", ".items[].fetched_at" => "[time]" });
    /// }
    /// ```
    pub static SNAPSHOT_REDACTED = {
        id: "snapshot-redacted",
        guard: "golden",
        group: "snapshots",
        level: Error,
        summary: "finds redactions and filters of insta over rankings",
    };
}
