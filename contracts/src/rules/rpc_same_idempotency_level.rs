//! A method that promises another idempotency.

use findings::rule;
use prost_reflect::MethodDescriptor;

use crate::breach::{Breach, Check, Sides, method_element};
use crate::category::Category;
use crate::surface::part;

rule! {
    /// Finds a method whose `idempotency_level` is not what it was. Without the option nothing is promised.
    ///
    /// ## Why it hurts
    /// Clients and proxies retry, cache and hedge what has no side effects, and send it by GET where the protocol allows.
    /// Those that were built with the old promise go on doing so.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query) { option idempotency_level = NO_SIDE_EFFECTS; }
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query) { option idempotency_level = IDEMPOTENT; } //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query) { option idempotency_level = NO_SIDE_EFFECTS; }
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query) { option idempotency_level = NO_SIDE_EFFECTS; }
    ///   rpc RankAndLog(Query) returns (Query) { option idempotency_level = IDEMPOTENT; }
    /// }
    /// ```
    pub static RPC_SAME_IDEMPOTENCY_LEVEL = {
        id: "rpc-same-idempotency-level",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds methods that promise another idempotency",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

/// The number of the option in `google.protobuf.MethodOptions`.
const OPTION: i32 = 34;

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "RPC_SAME_IDEMPOTENCY_LEVEL")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.methods() {
        let (was, is) = (level(&old), level(&new));
        if was != is {
            let path: Vec<i32> = new.path().iter().copied().chain([part::METHOD_OPTIONS, OPTION]).collect();
            let file = new.parent_file();
            breaches.push(Breach {
                rule: &RPC_SAME_IDEMPOTENCY_LEVEL,
                id,
                at: sides.new.place(&file, &path).or_else(|| sides.new.file_place(file.name())),
                element: method_element(&new),
                message: format!(
                    "method `{}` changed `idempotency_level` from `{was}` to `{is}`",
                    new.full_name()
                ),
                help: format!("write `option idempotency_level = {was};`"),
            });
        }
    }
    breaches
}

fn level(method: &MethodDescriptor) -> &'static str {
    let options = method.method_descriptor_proto().options.clone().unwrap_or_default();
    options.idempotency_level().as_str_name()
}
