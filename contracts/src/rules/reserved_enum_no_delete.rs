//! A number or name of an enum that is no longer reserved.

use std::ops::RangeInclusive;

use findings::rule;
use prost_reflect::EnumDescriptor;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::ranges::{Reserved, shown};

rule! {
    /// Finds a number or name that an enum had reserved and no longer has.
    ///
    /// ## Why it hurts
    /// It was reserved because something once meant it. The next one to take it is read by everybody who still does.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// enum Origin {
    ///   reserved 5, 7 to 9;
    ///   reserved "ORIGIN_AUTOPLAY";
    ///   ORIGIN_UNSPECIFIED = 0;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// enum Origin { //~
    ///   reserved 5, 7;
    ///   reserved "ORIGIN_AUTOPLAY";
    ///   ORIGIN_UNSPECIFIED = 0;
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// enum Origin {
    ///   reserved 5, 7 to 9;
    ///   reserved "ORIGIN_AUTOPLAY";
    ///   ORIGIN_UNSPECIFIED = 0;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// enum Origin {
    ///   reserved 5 to 9, 12;
    ///   reserved "ORIGIN_AUTOPLAY", "ORIGIN_AUTOPLAY_2";
    ///   ORIGIN_UNSPECIFIED = 0;
    /// }
    /// ```
    pub static RESERVED_ENUM_NO_DELETE = {
        id: "reserved-enum-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds reserved numbers and names of enums that were set free",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "RESERVED_ENUM_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.enums() {
        let mut add = |message: String, help: String| {
            breaches.push(Breach {
                rule: &RESERVED_ENUM_NO_DELETE,
                id,
                at: sides.new.enum_place(new),
                element: Element::Enum(new.full_name().to_owned()),
                message,
                help,
            });
        };
        let (owner, kept) = (new.full_name(), Reserved::of(numbers(new), new.reserved_names()));
        for gone in numbers(old).map(|was| kept.missing(&was)).filter(|gone| !gone.is_empty()) {
            let gone = shown(&gone);
            add(
                format!("`{owner}` no longer reserves the numbers `{gone}`"),
                format!("write `reserved {gone};`"),
            );
        }
        for name in old.reserved_names().filter(|name| !kept.has_name(name)) {
            add(
                format!("`{owner}` no longer reserves the name `{name}`"),
                format!("write `reserved \"{name}\";`"),
            );
        }
    }
    breaches
}

fn numbers(enumeration: &EnumDescriptor) -> impl Iterator<Item = RangeInclusive<i64>> {
    enumeration.reserved_ranges().map(|range| i64::from(*range.start())..=i64::from(*range.end()))
}
