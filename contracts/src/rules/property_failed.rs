//! A law that does not hold for some request.

use findings::rule;

rule! {
    /// Finds a property that the service built from head does not keep: a request that was made from the protos and
    /// from what the property says of its fields, and whose answer breaks a law. The request that is shown is the
    /// smallest that was found.
    ///
    /// The base's properties are asked as the base has them; properties that head adds or changes are asked too. The
    /// seed stands in the file, so that the same requests are asked on every run.
    ///
    /// ## Why it hurts
    /// Scenarios are what somebody thought of. A score that is not a number, a tie that is broken by the order of the
    /// input, an answer with one item too many: callers meet them for requests that nobody wrote down.
    ///
    /// ## Example
    /// ```answer
    /// { "status": "OK", "response": { "items": [{ "id": "b", "score": 0.4 }, { "id": "a", "score": 0.9 }] } }
    /// ```
    /// ```scenario bad
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// properties:
    ///   - name: ranks best first, whatever is asked #~
    ///     rpc: Rank
    ///     cases: 20
    ///     seed: 7
    ///     fields:
    ///       limit: { min: 1, max: 100 }
    ///     require:
    ///       - no_server_fault
    ///       - sorted: { field: items, by: score, order: descending }
    ///   - name: refuses a limit out of range #~
    ///     rpc: Rank
    ///     mode: invalid
    ///     fields:
    ///       limit: { min: 1, max: 100 }
    ///     require:
    ///       - refused: { with: [INVALID_ARGUMENT], names_field: true }
    /// ```
    ///
    /// ## Instead
    /// Keep the law, say in `fields` which requests are never sent, or change the property and have the change approved.
    ///
    /// ```answer
    /// { "status": "OK", "response": { "items": [{ "id": "a", "score": 0.9 }] } }
    /// ```
    /// ```scenario good
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// properties:
    ///   - name: ranks best first, at most as many as asked for
    ///     rpc: Rank
    ///     cases: 20
    ///     seed: 7
    ///     fields:
    ///       limit: { min: 1, max: 100 }
    ///     require:
    ///       - no_server_fault
    ///       - accepted
    ///       - limit: { field: items, by: limit }
    ///       - sorted: { field: items, by: score, order: descending }
    ///       - unique: { field: items, by: id }
    ///       - finite: { field: items, by: score }
    ///       - deterministic: { repeats: 2 }
    ///       - prefix_of_larger: { vary: limit, of: items, by: id }
    ///       - tolerates_unknown_fields
    /// ```
    pub static PROPERTY_FAILED = {
        id: "property-failed",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds requests for which a law does not hold",
    };
}
