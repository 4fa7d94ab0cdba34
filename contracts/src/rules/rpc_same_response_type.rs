//! A method that answers another message.

use findings::rule;

use crate::breach::{Breach, Check, Sides, method_element};
use crate::category::Category;
use crate::surface::part;

rule! {
    /// Finds a method that answers a message of another name than before. Whether the two are alike is for the note to show:
    /// a renamed message with the same fields can be approved.
    ///
    /// ## Why it hurts
    /// Callers keep reading the old message. Where the fields differ, they fail or, worse, read something else.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// message Answer { double score = 1; }
    /// message Other { repeated string ids = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Answer);
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// message Answer { double score = 1; }
    /// message Other { repeated string ids = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Other); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Add what is new to the message, or add a method.
    ///
    /// ```old
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// message Answer { double score = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Answer);
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; int32 limit = 2; }
    /// message Answer { double score = 1; }
    /// message Other { repeated string ids = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Answer);
    ///   rpc RankMany(Other) returns (Other);
    /// }
    /// ```
    pub static RPC_SAME_RESPONSE_TYPE = {
        id: "rpc-same-response-type",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds methods whose response is another message",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "RPC_SAME_RESPONSE_TYPE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.methods() {
        let (was, is) = (old.output(), new.output());
        if was.full_name() != is.full_name() {
            breaches.push(Breach {
                rule: &RPC_SAME_RESPONSE_TYPE,
                id,
                at: sides.new.method_place(&new, Some(part::OUTPUT)),
                element: method_element(&new),
                message: format!(
                    "method `{}` answers `{}`, where it answered `{}`",
                    new.full_name(),
                    is.full_name(),
                    was.full_name()
                ),
                help: format!("keep `{}`, or add a method", was.full_name()),
            });
        }
    }
    breaches
}
