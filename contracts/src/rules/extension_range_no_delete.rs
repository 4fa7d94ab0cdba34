//! Numbers of a message that extensions may no longer take.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::ranges::{Reserved, inclusive, shown};

rule! {
    /// Finds numbers that a message left to extensions and does not any more. Only the categories FILE, PACKAGE and CSR ask
    /// for it.
    ///
    /// ## Why it hurts
    /// An extension of somebody else that takes such a number no longer compiles, and the message may give the number to a
    /// field of its own, which then reads what the extension wrote.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto2";
    /// message Track { extensions 100 to 199; }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto2";
    /// message Track { extensions 100 to 149; } //~
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// message Track { extensions 100 to 199; }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto2";
    /// message Track { extensions 100 to 149, 150 to 299; }
    /// ```
    pub static EXTENSION_RANGE_NO_DELETE = {
        id: "extension-range-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds numbers that extensions may no longer take",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.is_source() || category == Category::Csr, "EXTENSION_MESSAGE_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.messages() {
        let kept = Reserved::of(new.extension_ranges().map(inclusive), std::iter::empty());
        for gone in old.extension_ranges().map(|was| kept.missing(&inclusive(was))) {
            if !gone.is_empty() {
                let (owner, gone) = (new.full_name(), shown(&gone));
                breaches.push(Breach {
                    rule: &EXTENSION_RANGE_NO_DELETE,
                    id,
                    at: sides.new.message_place(new),
                    element: Element::Message(owner.to_owned()),
                    message: format!("`{owner}` no longer leaves the numbers `{gone}` to extensions"),
                    help: format!("write `extensions {gone};`"),
                });
            }
        }
    }
    breaches
}
