//! An experiment that never ends.

use findings::rule;

rule! {
    /// Finds an experiment without `ends`.
    ///
    /// ## Why it hurts
    /// It serves half of all viewers something else for years after the last person who knew why has left.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing #~
    ///   salt: spacing-1
    ///   state: running
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
    /// ```
    pub static EXPERIMENT_WITHOUT_END = {
        id: "experiment-without-end",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds experiments that do not say when they end",
    };
}
