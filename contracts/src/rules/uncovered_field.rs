//! A service some of whose fields no promise touches.

use findings::rule;

rule! {
    /// Finds a service of whose fields its scenario files touch a smaller share than `contracts.coverage.fields` asks for:
    /// set in a request, or named in what is expected of an answer.
    ///
    /// ## Why it hurts
    /// A field that is never set and never looked at can lose its meaning, and every promise is still kept.
    ///
    /// ## Example
    /// ```scenario bad policy=fields
    /// contracts: 1
    /// service: example.v1.Ranker #~
    /// target: ranker
    /// scenarios:
    ///   - name: answers at most as many as asked for
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     expect:
    ///       status: OK
    ///       checks: [{ count: { field: items, max: 2 } }]
    /// ```
    ///
    /// ## Instead
    /// ```scenario good policy=fields
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// scenarios:
    ///   - name: answers at most as many as asked for
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     expect:
    ///       status: OK
    ///       checks:
    ///         - count: { field: items, max: 2 }
    ///         - unique: { field: items, by: id }
    ///       cel: ["response.items.all(item, isFinite(item.score))"]
    /// ```
    pub static UNCOVERED_FIELD = {
        id: "uncovered-field",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds services some of whose fields no promise touches",
    };
}
