//! A method that went.

use findings::rule;

use crate::breach::{Breach, Check, Sides, method_element, method_of};
use crate::category::Category;

rule! {
    /// Finds a method that is gone from a service that is still there. A renamed method is a removed one.
    ///
    /// The wire categories of buf let it pass; the default does not.
    ///
    /// ## Why it hurts
    /// Its callers are answered UNIMPLEMENTED from the moment of the rollout.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// service Home {
    ///   rpc Rank(Query) returns (Query);
    ///   rpc Explain(Query) returns (Query);
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query { string viewer_id = 1; }
    /// service Home { //~
    ///   rpc Rank(Query) returns (Query);
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
    ///   rpc Rank(Query) returns (Query) {
    ///     option deprecated = true;
    ///   }
    ///   rpc RankAgain(Query) returns (Query);
    /// }
    /// ```
    pub static RPC_NO_DELETE = {
        id: "rpc-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds methods that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(!category.is_wire() && category != Category::Csr, "RPC_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.services() {
        for method in old.methods().filter(|method| method_of(new, method.name()).is_none()) {
            breaches.push(Breach {
                rule: &RPC_NO_DELETE,
                id,
                at: sides.new.service_place(new),
                element: method_element(&method),
                message: format!("method `{}` is gone from `{}`", method.name(), new.full_name()),
                help: "put it back, marked as deprecated, until nobody calls it".to_owned(),
            });
        }
    }
    breaches
}
