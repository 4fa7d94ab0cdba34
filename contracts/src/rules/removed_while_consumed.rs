//! Something that went while a consumer says that it uses it.

use findings::rule;

rule! {
    /// Finds a field or a method that is gone while a consumer's file says that it is used, and that the category would let
    /// go: a field whose number and name are reserved, say.
    ///
    /// The base's files count as they were, so that taking the field out of a consumer's file goes first, in a change of
    /// its own.
    ///
    /// ## Why it hurts
    /// `reserved` keeps the number from being taken again. It does nothing for the one who still reads the field and gets
    /// its default: a score of zero, an empty list.
    ///
    /// ## Example
    /// ```old
    /// // -- /contracts/consumers/listening-app.yaml --
    /// contracts: 1
    /// consumer: listening-app
    /// uses:
    ///   test.Ranker/Rank: { sends: [limit], reads: [score] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package test;
    /// message Query { uint32 limit = 1; }
    /// message Ranking { double score = 1; string model = 2; }
    /// service Ranker { rpc Rank(Query) returns (Ranking); }
    /// ```
    /// ```new bad
    /// // -- /contracts/consumers/listening-app.yaml --
    /// contracts: 1
    /// consumer: listening-app
    /// uses:
    ///   test.Ranker/Rank: { sends: [limit], reads: [score] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package test;
    /// message Query { uint32 limit = 1; }
    /// message Ranking { reserved 1; reserved "score"; string model = 2; } //~
    /// service Ranker { rpc Rank(Query) returns (Ranking); }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// // -- /contracts/consumers/listening-app.yaml --
    /// contracts: 1
    /// consumer: listening-app
    /// uses:
    ///   test.Ranker/Rank: { sends: [limit], reads: [score] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package test;
    /// message Query { uint32 limit = 1; }
    /// message Ranking { double score = 1; string model = 2; }
    /// service Ranker { rpc Rank(Query) returns (Ranking); }
    /// ```
    /// ```new good
    /// // -- /contracts/consumers/listening-app.yaml --
    /// contracts: 1
    /// consumer: listening-app
    /// uses:
    ///   test.Ranker/Rank: { sends: [limit], reads: [score] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package test;
    /// message Query { uint32 limit = 1; }
    /// message Ranking { double score = 1; reserved 2; reserved "model"; }
    /// service Ranker { rpc Rank(Query) returns (Ranking); }
    /// ```
    pub static REMOVED_WHILE_CONSUMED = {
        id: "removed-while-consumed",
        guard: "contracts",
        group: "consumers",
        level: Error,
        summary: "finds fields and methods that went while a consumer's file says that it uses them",
    };
}

/// What stands for one of buf's ids, which has none for this.
pub(crate) const ID: &str = "removed-while-consumed";
