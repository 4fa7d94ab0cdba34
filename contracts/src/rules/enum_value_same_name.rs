//! An enum value that kept its number and changed its name.

use findings::rule;

use crate::breach::{Breach, Check, Sides, names_by_number};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

rule! {
    /// Finds an enum value whose number carries another name than before. Another name beside the old one (an alias) is
    /// no change.
    ///
    /// The category WIRE lets it pass, because bytes carry numbers only.
    ///
    /// ## Why it hurts
    /// If two values swapped their numbers, every caller says the one and is heard saying the other. If a value was only
    /// renamed, proto JSON breaks: it carries the name.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// enum Reason {
    ///   REASON_UNSPECIFIED = 0;
    ///   REASON_SAME_ARTIST = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// enum Reason {
    ///   REASON_UNSPECIFIED = 0;
    ///   REASON_POPULAR = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// enum Reason {
    ///   REASON_UNSPECIFIED = 0;
    ///   REASON_SAME_ARTIST = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// enum Reason {
    ///   REASON_UNSPECIFIED = 0;
    ///   REASON_SAME_ARTIST = 1;
    ///   REASON_POPULAR = 2;
    /// }
    /// ```
    pub static ENUM_VALUE_SAME_NAME = {
        id: "enum-value-same-name",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds enum values that kept their number and changed their name",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.has_json(), "ENUM_VALUE_SAME_NAME")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.enums() {
        let kept = names_by_number(new);
        for (number, was) in names_by_number(old) {
            let Some(is) = kept.get(&number).filter(|is| !is.is_superset(&was)) else { continue };
            let shown = |names: &std::collections::BTreeSet<String>| {
                names.iter().cloned().collect::<Vec<_>>().join("` and `")
            };
            for value in new.values().filter(|value| value.number() == number) {
                let path: Vec<i32> = value.path().iter().copied().chain([part::VALUE_NUMBER]).collect();
                breaches.push(Breach {
                    rule: &ENUM_VALUE_SAME_NAME,
                    id,
                    at: sides.new.place(&value.parent_file(), &path),
                    element: Element::EnumValue { enumeration: new.full_name().to_owned(), number },
                    message: format!(
                        "value with number {number} of `{}` changed name from `{}` to `{}`",
                        new.full_name(),
                        shown(&was),
                        shown(is)
                    ),
                    help: format!("keep `{}`, and give the new value a number of its own", shown(&was)),
                });
            }
        }
    }
    breaches
}
