//! A method whose answers became a stream, or stopped being one.

use findings::rule;

use crate::breach::{Breach, Check, Sides, method_element};
use crate::category::Category;

rule! {
    /// Finds a method that changed between one message and a stream of messages in its answers.
    ///
    /// ## Why it hurts
    /// A caller that reads one message and a service that sends a stream agree on the wire
    /// only by luck: a second answer ends the call, and generated code no longer compiles.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query);
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (stream Query); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query);
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query);
    ///   rpc RankEach(stream Query) returns (stream Query);
    /// }
    /// ```
    pub static RPC_SAME_SERVER_STREAMING = {
        id: "rpc-same-server-streaming",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds methods whose answers became a stream or stopped being one",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "RPC_SAME_SERVER_STREAMING")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let shown = |stream: bool| if stream { "a stream" } else { "one message" };
    sides
        .methods()
        .filter(|(old, new)| old.is_server_streaming() != new.is_server_streaming())
        .map(|(old, new)| Breach {
            rule: &RPC_SAME_SERVER_STREAMING,
            id,
            at: sides.new.method_place(&new, None),
            element: method_element(&new),
            message: format!(
                "method `{}` changed its answers from {} to {}",
                new.full_name(),
                shown(old.is_server_streaming()),
                shown(new.is_server_streaming())
            ),
            help: "keep it as it was, and add a method".to_owned(),
        })
        .collect()
}
