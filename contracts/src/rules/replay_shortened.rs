//! A replay set that has lost rows.

use findings::rule;

rule! {
    /// Finds a replay set, which `contracts.models.*.replay` names, without rows that the base's has, while the model is the
    /// base's. What a row says may change: the base's rows are asked as the base has them. A set that is recorded with another
    /// model is free.
    ///
    /// ## Why it hurts
    /// The request that a transform gets wrong is the one that goes, and from the next change on nobody asks it.
    ///
    /// ## Example
    /// ```logged
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// {"id": "morning", "request": {"limit": 3}, "items": {"a": {"features": {"age": 15}, "score": 0.8}}}
    /// ```
    /// ```replay bad
    /// {"gatefold.replay": 1, "sha256": "{sha256}"} #~
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// ```
    ///
    /// ## Instead
    /// Leave the rows, and add to them.
    ///
    /// ```logged
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// ```
    /// ```replay good
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// {"id": "morning", "request": {"limit": 3}, "items": {"a": {"features": {"age": 15}, "score": 0.8}}}
    /// ```
    pub static REPLAY_SHORTENED = {
        id: "replay-shortened",
        guard: "contracts",
        group: "retrains",
        level: Error,
        summary: "finds replay sets that lost rows while the model is the same",
    };
}
