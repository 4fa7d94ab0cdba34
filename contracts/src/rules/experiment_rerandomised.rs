//! A running experiment whose units a change deals anew.

use findings::rule;

rule! {
    /// Finds an experiment that runs before the change and in which units change their arm: its salt is another one, or
    /// a range of buckets moved from one arm to another. To stop or to end an experiment is free, and so is to take in buckets
    /// that were in no arm or to let some go.
    ///
    /// Another name is no other experiment: one that runs and is gone, while a new one of the same service has arms of the same
    /// names, an arm with the same parameters or the same primary metric, is taken as renamed. Another salt counts also where
    /// the experiment is stopped or put off along with it, since it deals all units anew as soon as it is on again. One that
    /// runs on in a file that `contracts.experiments.files` does not name is found as well, whatever that is written in.
    ///
    /// An arm that takes the parameters which another arm had is that arm under another name: who was counted for one is served
    /// the other. Parameters that no arm had are a warning.
    ///
    /// Code deals units, too: a function or constant that `contracts.experiments.buckets_in` names, and that says something
    /// else while an experiment runs, deals all of them anew. How it is formatted, documented and where it stands is free.
    ///
    /// ## Why it hurts
    /// Who was shown one thing is now shown the other and counted for it. What the experiment has measured so far is worthless,
    /// and nothing in its numbers says so.
    ///
    /// ## Example
    /// ```base
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
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-2 #~
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
    /// ```base
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
    /// ```head bad
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-12-14
    ///   guardrails: [{ name: minutes-played }]
    ///   arms:
    ///     - name: control
    ///       from: 0 #~
    ///       to: 300
    ///     - name: wide
    ///       from: 300
    ///       to: 1000
    /// ```
    ///
    /// ## Instead
    /// ```base
    /// # -- services/home/experiments.yaml --
    /// - name: spacing
    ///   salt: spacing-1
    ///   state: running
    ///   ends: 2026-12-14
    ///   guardrails: [{ name: minutes-played }]
    ///   arms:
    ///     - name: control
    ///       from: 0
    ///       to: 100
    ///     - name: wide
    ///       from: 500
    ///       to: 600
    /// ```
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
    pub static EXPERIMENT_RERANDOMISED = {
        id: "experiment-rerandomised",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds running experiments whose units change their arm",
    };
}
