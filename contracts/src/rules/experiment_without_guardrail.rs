//! An experiment that may do harm unseen.

use findings::rule;

rule! {
    /// Finds an experiment without `guardrails`.
    ///
    /// ## Why it hurts
    /// The arm that wins by its own metric is shipped, whatever it cost.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing #~
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-12-14
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
    /// ```
    pub static EXPERIMENT_WITHOUT_GUARDRAIL = {
        id: "experiment-without-guardrail",
        guard: "contracts",
        group: "experiments",
        level: Warning,
        summary: "finds experiments without a metric that must not become worse",
    };
}
