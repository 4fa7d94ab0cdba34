//! An experiment that is over and still there.

use findings::rule;

rule! {
    /// Finds an experiment that is not stopped and whose `ends` is over.
    ///
    /// ## Why it hurts
    /// Nobody is assigned any more, but the code of both arms is still there to be read, tested and broken.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing #~
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-11-01
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
    pub static EXPERIMENT_PAST_ITS_END = {
        id: "experiment-past-its-end",
        guard: "contracts",
        group: "experiments",
        level: Warning,
        summary: "finds experiments that are over and still there",
    };
}
