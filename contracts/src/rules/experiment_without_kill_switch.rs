//! An experiment that cannot be stopped by a word.

use findings::rule;

rule! {
    /// Finds an experiment without `state`.
    ///
    /// ## Why it hurts
    /// At night somebody has to find out how an arm that does harm is taken away, and takes away the experiment with all that it
    /// has measured.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing #~
    ///   salt: spacing-1
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
    ///   state: stopped
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
    pub static EXPERIMENT_WITHOUT_KILL_SWITCH = {
        id: "experiment-without-kill-switch",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds experiments without a word that stops them",
    };
}
