//! An experiment that is judged by a metric which nobody knows.

use findings::rule;

rule! {
    /// Finds a primary or guardrail metric of an experiment that no file of `contracts.experiments.metrics` lists.
    ///
    /// ## Why it hurts
    /// No outcome has that name: the guardrail sees no harm because it sees nothing.
    ///
    /// ## Example
    /// ```head bad
    /// # -- gatefold.yaml --
    /// contracts: { experiments: { metrics: [metrics.yaml], exposure: ["stages::ExposureEffect"] } }
    /// # -- metrics.yaml --
    /// minutes-played: minutes that were heard
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-12-14
    ///   guardrails: [{ name: minutes-plaid }] #~
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
    /// # -- gatefold.yaml --
    /// contracts: { experiments: { metrics: [metrics.yaml], exposure: ["stages::ExposureEffect"] } }
    /// # -- metrics.yaml --
    /// minutes-played: minutes that were heard
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
    pub static EXPERIMENT_METRIC_UNKNOWN = {
        id: "experiment-metric-unknown",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds experiments that are judged by metrics that nobody knows",
    };
}
