//! A oneof that went.

use findings::rule;
use std::collections::BTreeSet;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;

rule! {
    /// Finds a oneof that a message no longer has. Only the categories FILE, PACKAGE and CSR ask for it: what it means for
    /// those who send and read, `field-same-oneof` finds for each of its fields.
    ///
    /// ## Why it hurts
    /// Generated code has a type for the choice, and whoever matched on it no longer compiles.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Seed {
    ///   oneof of {
    ///     string track_id = 1;
    ///   }
    /// }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto3";
    /// message Seed { //~
    ///   oneof from {
    ///     string track_id = 1;
    ///   }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Seed {
    ///   oneof of {
    ///     string track_id = 1;
    ///   }
    /// }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto3";
    /// message Seed {
    ///   oneof of {
    ///     string track_id = 1;
    ///     string artist_id = 2;
    ///   }
    /// }
    /// ```
    pub static ONEOF_NO_DELETE = {
        id: "oneof-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds oneofs that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(category.is_source() || category == Category::Csr, "ONEOF_NO_DELETE")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.messages() {
        let kept: BTreeSet<String> = new.oneofs().map(|oneof| oneof.name().to_owned()).collect();
        for oneof in old.oneofs().filter(|oneof| !oneof.is_synthetic() && !kept.contains(oneof.name())) {
            breaches.push(Breach {
                rule: &ONEOF_NO_DELETE,
                id,
                at: sides.new.message_place(new),
                element: Element::Oneof {
                    message: new.full_name().to_owned(),
                    name: oneof.name().to_owned(),
                },
                message: format!("oneof `{}` is gone from `{}`", oneof.name(), new.full_name()),
                help: "put it back".to_owned(),
            });
        }
    }
    breaches
}
