//! A proto file that went.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;

rule! {
    /// Finds a proto file that is gone, in the category FILE. The other categories judge what it declared.
    ///
    /// ## Why it hurts
    /// Whoever imports the file no longer compiles.
    ///
    /// ## Example
    /// ```old
    /// // -- common.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Viewer { string viewer_id = 1; }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// message Viewer { string viewer_id = 1; }
    /// ```
    ///
    /// ## Instead
    /// Keep the file and let it import the new place publicly.
    ///
    /// ```old
    /// // -- common.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Viewer { string viewer_id = 1; }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// package ranking.v1;
    /// message Query { string text = 1; }
    /// message Viewer { string viewer_id = 1; }
    /// ```
    pub static FILE_NO_DELETE = {
        id: "file-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds proto files that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(matches!(category, Category::File | Category::Csr), "FILE_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let gone = sides.old.files.keys().filter(|name| !sides.new.files.contains_key(*name));
    gone.map(|name| Breach {
        rule: &FILE_NO_DELETE,
        id,
        at: None,
        element: Element::File(name.clone()),
        message: format!("the file `{name}` is gone"),
        help: "put it back, if only to import where its content went".to_owned(),
    })
    .collect()
}
