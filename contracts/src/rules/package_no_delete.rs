//! A package that went with its last file.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;

rule! {
    /// Finds a package of which no file is left.
    ///
    /// ## Why it hurts
    /// Every method of its services is answered UNIMPLEMENTED, and every message of it has lost its description.
    ///
    /// ## Example
    /// ```old
    /// // -- legacy.proto --
    /// syntax = "proto3";
    /// package legacy.v1;
    /// message Query { string text = 1; }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// // -- legacy.proto --
    /// syntax = "proto3";
    /// package legacy.v1;
    /// message Query { string text = 1; }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    /// ```new good
    /// // -- legacy/v1/query.proto --
    /// syntax = "proto3";
    /// package legacy.v1;
    /// message Query {
    ///   option deprecated = true;
    ///   string text = 1;
    /// }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    pub static PACKAGE_NO_DELETE = {
        id: "package-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds packages that went with their last file",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(matches!(category, Category::Callers | Category::Package), "PACKAGE_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let gone = sides.old.packages.difference(&sides.new.packages);
    gone.map(|name| Breach {
        rule: &PACKAGE_NO_DELETE,
        id,
        at: None,
        element: Element::Package(name.clone()),
        message: format!("the package `{name}` is gone"),
        help: "put its files back, marked as deprecated, until nobody uses them".to_owned(),
    })
    .collect()
}
