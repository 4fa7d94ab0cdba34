//! An RPC that ranks and does not say in which time.

use findings::rule;

rule! {
    /// Finds an RPC of `contracts.lint.ranking` that says nothing of a deadline: it has no option of its own whose name does,
    /// and its comment does not speak of one.
    ///
    /// ## Why it hurts
    /// Whoever calls it guesses. Too short a deadline loses answers that were on their way, too long a one holds threads and
    /// pages back when the ranking is slow, and both are found in production.
    ///
    /// ## Example
    /// ```head bad
    /// // -- gatefold.yaml --
    /// contracts: { lint: { ranking: ["*/Rank*"] } }
    /// // -- protos/a.proto --
    /// syntax = "proto3";
    /// message Query { uint32 limit = 1; }
    /// message Answer {}
    /// service Home {
    ///   // Ranks shelves.
    ///   rpc RankShelves(Query) returns (Answer); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```head good
    /// // -- gatefold.yaml --
    /// contracts: { lint: { ranking: ["*/Rank*"] } }
    /// // -- protos/a.proto --
    /// syntax = "proto3";
    /// message Query { uint32 limit = 1; }
    /// message Answer {}
    /// service Home {
    ///   // Ranks shelves. The call's deadline is honoured; without one it is 60 ms.
    ///   rpc RankShelves(Query) returns (Answer);
    /// }
    /// ```
    pub static RANKING_WITHOUT_DEADLINE = {
        id: "ranking-without-deadline",
        guard: "contracts",
        group: "proto-lint",
        level: Warning,
        summary: "finds RPCs that rank and do not say in which time",
    };
}
