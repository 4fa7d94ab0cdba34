//! A list of what was ranked that does not say how it is ranked.

use findings::rule;

rule! {
    /// Finds, in the answer of an RPC of `contracts.lint.ranking`, a list of messages with a score whose comment says no
    /// order or no limit. The comment of the RPC counts, and a field of the request that is a limit by its name.
    ///
    /// ## Why it hurts
    /// A caller who does not know that the list is sorted sorts it again, by a score that means something else tomorrow. One
    /// who does not know how long it may be shows ten of a thousand, or runs out of memory.
    ///
    /// ## Example
    /// ```head bad
    /// // -- gatefold.yaml --
    /// contracts: { lint: { ranking: ["*/Rank*"] } }
    /// // -- protos/a.proto --
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// message Track { string track_id = 1; double score = 2; }
    /// message Answer {
    ///   // The tracks.
    ///   repeated Track tracks = 1; //~
    /// }
    /// service Home {
    ///   // Ranks tracks within the deadline of the call.
    ///   rpc RankTracks(Query) returns (Answer);
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```head good
    /// // -- gatefold.yaml --
    /// contracts: { lint: { ranking: ["*/Rank*"] } }
    /// // -- protos/a.proto --
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// message Track { string track_id = 1; double score = 2; }
    /// message Answer {
    ///   // At most 50 tracks, best first; equal scores stand by ascending track_id.
    ///   repeated Track tracks = 1;
    /// }
    /// service Home {
    ///   // Ranks tracks within the deadline of the call.
    ///   rpc RankTracks(Query) returns (Answer);
    /// }
    /// ```
    pub static RANKING_WITHOUT_ORDER = {
        id: "ranking-without-order",
        guard: "contracts",
        group: "proto-lint",
        level: Warning,
        summary: "finds ranked lists that say no order or no limit",
    };
}
