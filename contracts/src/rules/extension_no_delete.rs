//! An extension that went.

use findings::rule;
use prost_reflect::ExtensionDescriptor;
use std::collections::BTreeMap;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::nested_name;

rule! {
    /// Finds an extension that was removed: from its file in the category FILE, from its package otherwise.
    ///
    /// ## Why it hurts
    /// Whoever set it is no longer read, and its number may be taken by somebody who never heard of it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto2";
    /// package ranking.v1;
    /// message Track { extensions 100 to 199; }
    /// extend Track { optional string mood = 100; }
    /// ```
    /// ```new bad
    /// syntax = "proto2"; //~
    /// package ranking.v1;
    /// message Track { extensions 100 to 199; }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// package ranking.v1;
    /// message Track { extensions 100 to 199; }
    /// extend Track { optional string mood = 100; }
    /// ```
    /// ```new good
    /// syntax = "proto2";
    /// package ranking.v1;
    /// message Track { extensions 100 to 199; }
    /// extend Track { optional string mood = 100 [deprecated = true]; optional string tempo = 101; }
    /// ```
    pub static EXTENSION_NO_DELETE = {
        id: "extension-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds extensions that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const OF_FILE: &str = "EXTENSION_NO_DELETE";
const OF_PACKAGE: &str = "PACKAGE_EXTENSION_NO_DELETE";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::File => vec![OF_FILE],
        Category::Callers | Category::Package => vec![OF_PACKAGE],
        Category::Csr | Category::WireJson | Category::Wire => Vec::new(),
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let kept: BTreeMap<&str, &ExtensionDescriptor> =
        sides.new.extensions.values().map(|extension| (extension.full_name(), extension)).collect();
    let left = kept.values().map(|extension| extension.package_name()).collect();
    for ((message, number), old) in &sides.old.extensions {
        let file = old.parent_file();
        let (file, package) = (file.name(), old.package_name());
        let still = kept.get(old.full_name());
        let gone = if id == OF_FILE {
            sides.new.files.contains_key(file) && still.is_none_or(|still| still.parent_file().name() != file)
        } else {
            sides.asks_package(package, &left) && still.is_none()
        };
        if gone {
            breaches.push(Breach {
                rule: &EXTENSION_NO_DELETE,
                id,
                at: sides.place_of_deleted(file, package, nested_name(old.full_name(), package), true),
                element: Element::Extension { message: message.clone(), number: *number },
                message: format!(
                    "extension `{}` with number {number} of `{message}` is gone from {}",
                    old.full_name(),
                    sides.where_from(file, package, id == OF_FILE)
                ),
                help: "put it back, marked as deprecated, until nobody sets it".to_owned(),
            });
        }
    }
    breaches
}
