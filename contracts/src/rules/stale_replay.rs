//! A replay set that was recorded with another model.

use findings::rule;

rule! {
    /// Finds a replay set, which `contracts.models.*.replay` names, whose digest is not that of the model.
    ///
    /// ## Why it hurts
    /// Its scores are those of a model that is gone: nothing is compared with them, and the next change is held against
    /// nothing.
    ///
    /// ## Example
    /// ```replay bad
    /// {"gatefold.replay": 1, "sha256": "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"} #~
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// ```
    ///
    /// ## Instead
    /// Run `cargo xtask contracts record MODEL` in the change that brings the model.
    ///
    /// ```replay good
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// ```
    pub static STALE_REPLAY = {
        id: "stale-replay",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds replay sets that were recorded with other models",
    };
}
