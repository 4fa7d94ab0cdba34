//! A service that went.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;

rule! {
    /// Finds a service that is gone from its package, or, in the category FILE, from its file.
    ///
    /// ## Why it hurts
    /// Every caller of every method is answered UNIMPLEMENTED from the moment of the rollout, old and new ones side by side
    /// until it ends.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string viewer_id = 1; }
    /// service Home { rpc Rank(Query) returns (Query); }
    /// service Legacy { rpc Rank(Query) returns (Query); }
    /// ```
    /// ```new bad
    /// syntax = "proto3"; //~
    /// package ranking.v1;
    /// message Query { string viewer_id = 1; }
    /// service Home { rpc Rank(Query) returns (Query); }
    /// ```
    ///
    /// ## Instead
    /// Deprecate it, see its calls end, and remove it with an approval.
    ///
    /// ```old
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string viewer_id = 1; }
    /// service Legacy { rpc Rank(Query) returns (Query); }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string viewer_id = 1; }
    /// service Legacy {
    ///   option deprecated = true;
    ///   rpc Rank(Query) returns (Query);
    /// }
    /// service Home { rpc Rank(Query) returns (Query); }
    /// ```
    pub static SERVICE_NO_DELETE = {
        id: "service-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds services that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const OF_FILE: &str = "SERVICE_NO_DELETE";
const OF_PACKAGE: &str = "PACKAGE_SERVICE_NO_DELETE";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::File => vec![OF_FILE],
        Category::Callers | Category::Package => vec![OF_PACKAGE],
        Category::Csr | Category::WireJson | Category::Wire => Vec::new(),
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (name, old) in &sides.old.services {
        let file = old.parent_file();
        let (file, package) = (file.name(), old.package_name());
        let gone = match sides.new.files.get(file) {
            Some(new) if id == OF_FILE => !new.services().any(|service| service.name() == old.name()),
            None if id == OF_FILE => false,
            _ => sides.new.packages.contains(package) && !sides.new.services.contains_key(name),
        };
        if gone {
            breaches.push(Breach {
                rule: &SERVICE_NO_DELETE,
                id,
                at: sides.new.file_place(file),
                element: Element::Service(name.clone()),
                message: format!(
                    "service `{name}` is gone from {}",
                    sides.where_from(file, package, id == OF_FILE)
                ),
                help: "put it back, marked as deprecated, until nobody calls it".to_owned(),
            });
        }
    }
    breaches
}
