//! A server that serves other protos than are committed.

use findings::rule;

rule! {
    /// Finds a running service whose protos, as it tells them by reflection, are not those of the tree: a method, a
    /// field, its number or type, a value of an enum. Comments, options and the order of declarations make no
    /// difference.
    ///
    /// The live tier asks each service that it starts, as `contracts.reflection` says; `cargo xtask contracts --endpoint
    /// ADDRESS` asks any server.
    ///
    /// ## Why it hurts
    /// Callers are built against what is committed. A service that was built from a copy of the protos, or was deployed
    /// from another branch, answers something else, and every comparison of the tree with itself passes.
    ///
    /// ## Example
    /// ```served
    /// syntax = "proto3";
    /// package example.v1;
    /// message Query { uint32 limit = 1; }
    /// message Answer { repeated string ids = 1; }
    /// service Ranker { rpc Rank(Query) returns (Answer); }
    /// ```
    /// ```committed bad
    /// syntax = "proto3";
    /// package example.v1;
    /// message Query { uint32 limit = 1; string locale = 2; } //~
    /// message Answer { repeated string ids = 1; }
    /// service Ranker { rpc Rank(Query) returns (Answer); }
    /// ```
    ///
    /// ## Instead
    /// Generate code from the committed protos, and deploy what is merged.
    ///
    /// ```served
    /// syntax = "proto3";
    /// package example.v1;
    /// service Ranker { rpc Rank(Query) returns (Answer); }
    /// message Answer { repeated string ids = 1; }
    /// message Query { string locale = 2; uint32 limit = 1; }
    /// ```
    /// ```committed good
    /// syntax = "proto3";
    /// package example.v1;
    /// // What is asked for.
    /// message Query { uint32 limit = 1; string locale = 2; }
    /// message Answer { repeated string ids = 1; }
    /// service Ranker { rpc Rank(Query) returns (Answer); }
    /// ```
    pub static SERVED_SCHEMA_DIFFERS = {
        id: "served-schema-differs",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds servers whose protos are not the committed ones",
    };
}
