//! Two arms that share buckets.

use findings::rule;

rule! {
    /// Finds arms of one experiment, or of two experiments that run in one layer, whose ranges share buckets. Experiments are in
    /// one layer where they name the same `layer`, or stand in one file and have the same salt. What is stopped or over holds no buckets.
    ///
    /// ## Why it hurts
    /// Which arm a unit is in depends on the order in which arms are looked through, and neither has the share that was planned.
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
    ///       from: 400 #~
    ///       to: 1000
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
    pub static EXPERIMENT_BUCKETS_OVERLAP = {
        id: "experiment-buckets-overlap",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds arms that share buckets",
    };
}
