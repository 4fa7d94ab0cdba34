//! A service with experiments that does not log who saw what.

use findings::rule;

rule! {
    /// Finds a file of experiments whose package names none of the items of `contracts.experiments.exposure` in code that serves.
    ///
    /// ## Why it hurts
    /// Who is in an arm is known; who was served under it is not. All who never came count as served, and the effect drowns in
    /// them.
    ///
    /// ## Example
    /// ```head bad
    /// # -- gatefold.yaml --
    /// contracts: { experiments: { exposure: ["stages::ExposureEffect"] } }
    /// # -- stages/Cargo.toml --
    /// [package]
    /// name = "stages"
    /// # -- stages/src/lib.rs --
    /// pub struct ExposureEffect;
    /// # -- services/home/Cargo.toml --
    /// [package]
    /// name = "home"
    /// [dependencies]
    /// stages = { path = "../../stages" }
    /// # -- Cargo.toml --
    /// [workspace]
    /// members = ["stages", "services/home"]
    /// # -- services/home/src/lib.rs --
    /// pub fn build() {}
    /// # -- services/home/experiments.yaml --
    /// - name: spacing #~
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
    ///
    /// ## Instead
    /// ```head good
    /// # -- gatefold.yaml --
    /// contracts: { experiments: { exposure: ["stages::ExposureEffect"] } }
    /// # -- stages/Cargo.toml --
    /// [package]
    /// name = "stages"
    /// # -- stages/src/lib.rs --
    /// pub struct ExposureEffect;
    /// # -- services/home/Cargo.toml --
    /// [package]
    /// name = "home"
    /// [dependencies]
    /// stages = { path = "../../stages" }
    /// # -- Cargo.toml --
    /// [workspace]
    /// members = ["stages", "services/home"]
    /// # -- services/home/src/lib.rs --
    /// pub fn build() -> stages::ExposureEffect { stages::ExposureEffect }
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
    pub static EXPERIMENT_WITHOUT_EXPOSURE = {
        id: "experiment-without-exposure",
        guard: "contracts",
        group: "experiments",
        level: Error,
        summary: "finds services with experiments that log no exposures",
    };
}
