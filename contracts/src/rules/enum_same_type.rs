//! An enum that became closed, or open.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

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
    /// // -- old.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// enum Origin { ORIGIN_UNSPECIFIED = 0; }
    /// // -- new.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// ```
    /// ```new good category=PACKAGE
    /// // -- old.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
    /// // -- new.proto --
    /// syntax = "proto3";
    /// package ranking.v1;
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

/// `enum_type` of `google.protobuf.FeatureSet` in the options of an enum.
const FEATURE: [i32; 3] = [part::ENUM_OPTIONS, 7, 2];

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let shown = |open: bool| if open { "open" } else { "closed" };
    sides
        .enums()
        .map(|(old, new)| (new, sides.old.is_open(old), sides.new.is_open(new)))
        .filter(|(_, was, is)| was != is)
        .map(|(new, was, is)| Breach {
            rule: &ENUM_SAME_TYPE,
            id,
            at: sides
                .new
                .place(&new.parent_file(), &[new.path(), &FEATURE].concat())
                .or_else(|| sides.new.enum_place(new)),
            element: Element::Enum(new.full_name().to_owned()),
            message: format!("enum `{}` was {} and is {}", new.full_name(), shown(was), shown(is)),
            help: "keep the syntax of its file, or the feature `enum_type`".to_owned(),
        })
        .collect()
}
