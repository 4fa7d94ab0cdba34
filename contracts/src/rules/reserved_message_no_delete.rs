//! A number or name of a message that is no longer reserved.

use std::ops::RangeInclusive;

use findings::rule;
use prost_reflect::MessageDescriptor;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::ranges::{Reserved, inclusive, shown};

rule! {
    /// Finds a number or name that a message had reserved and no longer has.
    ///
    /// ## Why it hurts
    /// It was reserved because something once meant it. The next one to take it is read by everybody who still does.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query {
    ///   reserved 5, 7 to 9;
    ///   reserved "boost";
    ///   string text = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Query { //~
    ///   reserved 5, 7;
    ///   reserved "boost";
    ///   string text = 1;
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query {
    ///   reserved 5, 7 to 9;
    ///   reserved "boost";
    ///   string text = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Query {
    ///   reserved 5 to 9, 12;
    ///   reserved "boost", "boost_2";
    ///   string text = 1;
    /// }
    /// ```
    pub static RESERVED_MESSAGE_NO_DELETE = {
        id: "reserved-message-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds reserved numbers and names of messages that were set free",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "RESERVED_MESSAGE_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.messages() {
        let mut add = |message: String, help: String| {
            breaches.push(Breach {
                rule: &RESERVED_MESSAGE_NO_DELETE,
                id,
                at: sides.new.message_place(new),
                element: Element::Message(new.full_name().to_owned()),
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

fn numbers(message: &MessageDescriptor) -> impl Iterator<Item = RangeInclusive<i64>> {
    message.reserved_ranges().map(inclusive)
}
