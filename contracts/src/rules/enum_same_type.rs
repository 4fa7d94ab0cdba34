//! An enum that became closed, or open.

use findings::rule;
use prost_reflect::{EnumDescriptor, Syntax};

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;

rule! {
    /// Finds an enum that was open and is closed, or the other way round: enums of `proto3` keep numbers that they do not
    /// know, enums of `proto2` do not. Only the categories FILE and PACKAGE ask for it. Where the syntax of the
    /// file changed, that is the finding and this is part of it.
    ///
    /// ## Why it hurts
    /// Readers of a closed enum never see a value that they do not know: it is put aside, and the field looks as if it was not
    /// sent. Generated code has other types for the two.
    ///
    /// ## Example
    /// ```old
    /// // -- old.proto --
    /// syntax = "proto2";
    /// package ranking.v1;
    /// enum Origin { ORIGIN_UNSPECIFIED = 0; }
    /// // -- new.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// ```
    /// ```new bad category=PACKAGE
    /// // -- old.proto --
    /// syntax = "proto2";
    /// package ranking.v1;
    /// // -- new.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// enum Origin { ORIGIN_UNSPECIFIED = 0; } //~
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// enum Origin { ORIGIN_UNSPECIFIED = 0; }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto3";
    /// enum Origin { ORIGIN_UNSPECIFIED = 0; ORIGIN_VIEWER = 1; }
    /// ```
    pub static ENUM_SAME_TYPE = {
        id: "enum-same-type",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds enums that became closed or open",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.is_source(), "ENUM_SAME_TYPE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let shown = |enumeration: &EnumDescriptor| match enumeration.parent_file().syntax() {
        Syntax::Proto2 => "closed",
        Syntax::Proto3 => "open",
    };
    sides
        .enums()
        .filter(|(old, new)| shown(old) != shown(new))
        .map(|(old, new)| Breach {
            rule: &ENUM_SAME_TYPE,
            id,
            at: sides.new.enum_place(new),
            element: Element::Enum(new.full_name().to_owned()),
            message: format!("enum `{}` was {} and is {}", new.full_name(), shown(old), shown(new)),
            help: "keep the syntax of its file".to_owned(),
        })
        .collect()
}
