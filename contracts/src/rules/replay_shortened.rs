//! A replay set that has lost rows, or what they promise.

use findings::rule;

rule! {
    /// Finds a replay set, which `contracts.models.*.replay` names, without rows that the base's has, while the model is the
    /// base's, or with rows of the same name that ask something else, lack an item, a feature or a score, or have another
    /// number there by more than `tolerance`. Rows may be added, and items to rows. A set that is recorded with another model is
    /// free.
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
    /// ```logged
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// {"id": "morning", "request": {"limit": 3}, "items": {"a": {"features": {"age": 15}, "score": 0.8}}}
    /// ```
    /// ```replay bad
    /// {"gatefold.replay": 1, "sha256": "{sha256}"} #~
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// {"id": "morning", "request": {"limit": 3}, "items": {}}
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
        summary: "finds replay sets that lost rows, or what rows promise, while the model is the same",
    };
}
