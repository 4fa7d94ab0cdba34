//! An enum value that went without its number and name being reserved.

use findings::rule;

use crate::breach::{Breach, Check, Sides, names_by_number};
use crate::category::Category;
use crate::element::Element;
use crate::ranges::Reserved;

rule! {
    /// Finds a value that is gone from an enum while its number or its name is free to be taken again.
    ///
    /// In the categories FILE and PACKAGE every removed value is found, reserved or not.
    ///
    /// ## Why it hurts
    /// Callers that still send the value are met by code that has no branch for it. Once the free number is taken, they
    /// say something else than they mean.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// enum Origin {
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 1;
    ///   ORIGIN_AUTOPLAY = 2;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// enum Origin { //~
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 1;
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// enum Origin {
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 1;
    ///   ORIGIN_AUTOPLAY = 2;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// enum Origin {
    ///   reserved 2;
    ///   reserved "ORIGIN_AUTOPLAY";
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 1;
    /// }
    /// ```
    pub static ENUM_VALUE_NO_DELETE = {
        id: "enum-value-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds enum values that were removed without reserving their number and name",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const ANY: &str = "ENUM_VALUE_NO_DELETE";
const NUMBER: &str = "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED";
const NAME: &str = "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::File | Category::Package => vec![ANY],
        Category::Csr => vec![ANY, NUMBER, NAME],
        Category::Callers | Category::WireJson => vec![NUMBER, NAME],
        Category::Wire => vec![NUMBER],
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.enums() {
        let kept = names_by_number(new);
        let numbers = new.reserved_ranges().map(|range| i64::from(*range.start())..=i64::from(*range.end()));
        let reserved = Reserved::of(numbers, new.reserved_names());
        for (number, names) in names_by_number(old) {
            let allowed = match id {
                NUMBER => reserved.has_number(i64::from(number)),
                NAME => names.iter().all(|name| reserved.has_name(name)),
                _ => false,
            };
            if allowed || kept.contains_key(&number) {
                continue;
            }
            let without = match id {
                NUMBER => " and its number is not reserved",
                NAME => " and its name is not reserved",
                _ => "",
            };
            let names: Vec<_> = names.into_iter().collect();
            breaches.push(Breach {
                rule: &ENUM_VALUE_NO_DELETE,
                id,
                at: sides.new.enum_place(new),
                element: Element::EnumValue { enumeration: new.full_name().to_owned(), number },
                message: format!(
                    "value `{}` with number {number} of `{}` is gone{without}",
                    names.join("` and `"),
                    new.full_name()
                ),
                help: format!(
                    "put it back, or write `reserved {number};` and `reserved \"{}\";`",
                    names.join("\", \"")
                ),
            });
        }
    }
    breaches
}
