//! A file that is written in another syntax.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

rule! {
    /// Finds a file whose `syntax` is not what it was; a file without one is `proto2`. Only the categories FILE, PACKAGE and CSR
    /// ask for it: what it changes of bytes and proto JSON, other rules find.
    ///
    /// ## Why it hurts
    /// Presence, defaults, open and closed enums follow from it, and with them the code that is generated.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto2";
    /// message Query {}
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto3"; //~
    /// message Query {}
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// message Query { optional string text = 1; }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto2";
    /// message Query { optional string text = 1; optional string genre = 2; }
    /// ```
    pub static FILE_SAME_SYNTAX = {
        id: "file-same-syntax",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds files that are written in another syntax",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.is_source() || category == Category::Csr, "FILE_SAME_SYNTAX")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    sides
        .files()
        .map(|(name, old, new)| (name, new, sides.old.syntax(old), sides.new.syntax(new)))
        .filter(|(_, _, was, is)| was != is)
        .map(|(name, new, was, is)| Breach {
            rule: &FILE_SAME_SYNTAX,
            id,
            at: sides.new.place(new, &[part::SYNTAX]).or_else(|| sides.new.file_place(name)),
            element: Element::File(name.to_owned()),
            message: format!("the file `{name}` changed syntax from `{was}` to `{is}`"),
            help: match was {
                "editions" => "declare an edition, as it was".to_owned(),
                was => format!("write `syntax = \"{was}\";`"),
            },
        })
        .collect()
}
