//! Two experiments that deal their units by one salt.

use findings::rule;

rule! {
    /// Finds an experiment with the salt of one in another file, or of one in another layer, and a layer of which two experiments
    /// have different salts. Experiments of one file that share a salt are one layer: their buckets exclude each other. The
    /// same experiment in several services, with the same arms, is one.
    ///
    /// ## Why it hurts
    /// A unit is in the same bucket of both: who sees the new shelf also hears the new radio, and each experiment measures the
    /// sum of the two.
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
    ///       from: 500
    ///       to: 1000
    /// # -- services/search/experiments.yaml --
    /// - name: popular
    ///   salt: spacing-1 #~
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
    /// # -- services/search/experiments.yaml --
    /// - name: popular
    ///   salt: popular-1
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
    pub static EXPERIMENT_SALT_SHARED = {
        id: "experiment-salt-shared",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds experiments that share a salt and nothing else",
    };
}
