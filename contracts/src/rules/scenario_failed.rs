//! A scenario whose answer is not what it says.

use findings::rule;

rule! {
    /// Finds a scenario that the service built from head does not meet: another status, another message, a response or a
    /// stream that differs in what the scenario names, items that are too many, out of order, twice or not finite, a
    /// trailer or an error detail that is missing, a statement in CEL that does not hold.
    ///
    /// The base's scenarios are asked as the base has them, so that a change cannot rewrite the promise that it
    /// breaks; scenarios that head adds or changes are asked too.
    ///
    /// ## Why it hurts
    /// A scenario is what a caller was told. Code that compiles against unchanged protos can still answer `INTERNAL`
    /// where `INVALID_ARGUMENT` was promised, or leave out what was always there.
    ///
    /// ## Example
    /// ```answer
    /// { "status": "OK", "response": { "items": [{ "id": "b", "score": 0.4 }, { "id": "a", "score": 0.9 }] } }
    /// ```
    /// ```scenario bad
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// scenarios:
    ///   - name: answers best first #~
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     expect:
    ///       status: OK
    ///       checks:
    ///         - sorted: { field: items, by: score, order: descending }
    ///   - name: answers only what it was trained for #~
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     expect: { status: OK, cel: ["response.items.all(item, item.score > 0.5)"] }
    ///   - name: says which model answered #~
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     expect: { status: OK, trailers: { x-model-version: m3 } }
    ///   - name: refuses a limit of zero #~
    ///     rpc: Rank
    ///     request: { limit: 0 }
    ///     expect: { status: INVALID_ARGUMENT, message_contains: limit }
    /// ```
    ///
    /// ## Instead
    /// Keep the promise, or change the scenario and have the change approved.
    ///
    /// ```answer
    /// { "status": "OK", "response": { "items": [{ "id": "a", "score": 0.9 }, { "id": "b", "score": 0.4 }] } }
    /// ```
    /// ```scenario good
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// defaults: { deadline: 200ms, metadata: { x-tenant: test } }
    /// scenarios:
    ///   - name: answers best first
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     expect:
    ///       status: OK
    ///       response: { items: [{ id: a }, { id: b, score: 0.4 }] }
    ///       checks:
    ///         - count: { field: items, max: 2 }
    ///         - sorted: { field: items, by: score, order: descending }
    ///         - unique: { field: items, by: id }
    ///         - finite: { field: items, by: score }
    ///       cel: ["size(response.items) <= request.limit"]
    /// ```
    pub static SCENARIO_FAILED = {
        id: "scenario-failed",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds scenarios that the service does not meet",
    };
}
