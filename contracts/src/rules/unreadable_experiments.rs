//! A file of experiments that cannot be read.

use findings::{UNREADABLE, rule};

rule! {
    /// Finds a file of experiments that is no list of them: a key that is missing, a bucket that is no number, a day that is none,
    /// a name that stands twice, a state of which nobody knows whether it assigns units: `runing`. So is a path of
    /// `contracts.experiments.buckets_in` that the code does not have, so that nobody would see it change.
    ///
    /// ## Why it hurts
    /// None of its experiments is held against anything.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-1
    ///   state: running
    ///   ends: at some time #~
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
    pub static UNREADABLE_EXPERIMENTS = {
        id: "unreadable-experiments",
        guard: "contracts",
        group: UNREADABLE,
        level: Error,
        summary: "finds files of experiments that cannot be read",
    };
}
