//! An arm whose buckets do not exist.

use findings::rule;

rule! {
    /// Finds a range of buckets that begins or ends outside of the whole, which is `contracts.experiments.buckets`, or that is
    /// empty.
    ///
    /// ## Why it hurts
    /// An arm that was planned for half of all units has fewer or none, and the experiment runs for weeks to tell nothing.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-12-14
    ///   guardrails: [{ name: minutes-played }]
    ///   arms:
    ///     - name: control
    ///       from: 0
    ///       to: 500
    ///     - name: wide
    ///       from: 500 #~
    ///       to: 1500
    /// ```
    ///
    /// ## Instead
    /// ```head good
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-12-14
    ///   guardrails: [{ name: minutes-played }]
    ///   arms:
    ///     - name: control
    ///       from: 0
    ///       to: 500
    ///     - name: wide
    ///       from: 500
    ///       to: 1000
    /// ```
    pub static EXPERIMENT_OUT_OF_RANGE = {
        id: "experiment-out-of-range",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds arms whose buckets do not exist",
    };
}
