//! A service some of whose RPCs no promise calls.

use findings::rule;

rule! {
    /// Finds a service of whose RPCs its scenario files call a smaller share than `contracts.coverage.rpcs` asks for.
    ///
    /// ## Why it hurts
    /// What nobody asks may answer anything: whoever breaks it is told by its callers.
    ///
    /// ## Example
    /// ```scenario bad policy=rpcs
    /// contracts: 1
    /// service: example.v1.Catalogue #~
    /// target: ranker
    /// scenarios:
    ///   - name: gives back what it is asked for
    ///     rpc: Get
    ///     request: { limit: 2 }
    ///     expect: { status: OK }
    /// ```
    ///
    /// ## Instead
    /// ```scenario good policy=rpcs
    /// contracts: 1
    /// service: example.v1.Catalogue
    /// target: ranker
    /// scenarios:
    ///   - name: gives back what it is asked for
    ///     rpc: Get
    ///     request: { limit: 2 }
    ///     expect: { status: OK }
    ///   - name: refuses to list nothing
    ///     rpc: List
    ///     expect: { status: INVALID_ARGUMENT }
    /// ```
    pub static UNCOVERED_RPC = {
        id: "uncovered-rpc",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds services some of whose RPCs no promise calls",
    };
}
