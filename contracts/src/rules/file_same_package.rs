//! A file that declares another package.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

rule! {
    /// Finds a file whose `package` is not what it was.
    ///
    /// ## Why it hurts
    /// The package is part of the name of every method: callers are answered UNIMPLEMENTED. Everything else of the file
    /// changes its full name with it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// service Home { rpc Rank(Query) returns (Query); }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// package ranking.v2; //~
    /// message Query { string text = 1; }
    /// service Home { rpc Rank(Query) returns (Query); }
    /// ```
    ///
    /// ## Instead
    /// Add the new package beside the old one.
    ///
    /// ```old
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    /// ```new good
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// // -- v2.proto --
    /// syntax = "proto3";
    /// package ranking.v2;
    /// message Query { string text = 1; }
    /// ```
    pub static FILE_SAME_PACKAGE = {
        id: "file-same-package",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds files that declare another package",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "FILE_SAME_PACKAGE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (name, old) in &sides.old.files {
        let Some(new) = sides.new.files.get(name) else { continue };
        let (was, is) = (old.package_name(), new.package_name());
        if was != is {
            breaches.push(Breach {
                rule: &FILE_SAME_PACKAGE,
                id,
                at: sides.new.place(new, &[part::PACKAGE]).or_else(|| sides.new.file_place(name)),
                element: Element::File(name.clone()),
                message: format!("the file `{name}` changed package from `{was}` to `{is}`"),
                help: format!("keep the package `{was}`, and add a file for `{is}`"),
            });
        }
    }
    breaches
}
