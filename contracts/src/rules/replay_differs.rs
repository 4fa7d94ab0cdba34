//! Logged rows and scores that the service does not give again.

use findings::rule;

rule! {
    /// Asks the service built from head the requests of a replay set, which `contracts.models.*.replay` names, and finds what
    /// the answer shows otherwise than was logged: a value that the model was told, or the score that it gave. A number may differ
    /// by the tolerance of the policy. The base's rows are asked as the base has them while the model is the same.
    ///
    /// ## Why it hurts
    /// No list of names shows a transform: a duration in minutes that was trained in seconds, a share of another whole, a
    /// missing value that became zero. The scores stay between 0 and 1, and the order is wrong.
    ///
    /// ## Example
    /// ```answer
    /// { "status": "OK", "response": { "items": [{ "id": "a", "score": 0.9 }, { "id": "b", "score": 0.4 }] } }
    /// ```
    /// ```replay bad
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"score": 0.7}, "b": {"score": 0.4}}} #~
    /// ```
    ///
    /// ## Instead
    /// Give the model what it was trained with. Where another is meant, train and record with it:
    /// `cargo xtask contracts record MODEL`.
    ///
    /// ```answer
    /// { "status": "OK", "response": { "items": [{ "id": "a", "score": 0.9 }, { "id": "b", "score": 0.4 }] } }
    /// ```
    /// ```replay good
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"score": 0.9000001}, "b": {"score": 0.4}}}
    /// ```
    pub static REPLAY_DIFFERS = {
        id: "replay-differs",
        guard: "contracts",
        group: "replays",
        level: Error,
        summary: "finds logged rows and scores that the service does not give again",
    };
}
