//! An enum that went.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::nested_name;

rule! {
    /// Finds an enum that is gone.
    ///
    /// By default it is found if no field had its type; otherwise the field is judged instead. The categories FILE and PACKAGE
    /// find every removed enum.
    ///
    /// ## Why it hurts
    /// Whoever names its values in code, in logs or in stored data loses their meaning.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// package events.v1;
    /// enum Surface { SURFACE_UNSPECIFIED = 0; SURFACE_HOME = 1; }
    /// message Skip { string viewer_id = 1; }
    /// ```
    /// ```new bad
    /// syntax = "proto3"; //~
    /// package events.v1;
    /// message Skip { string viewer_id = 1; }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// package events.v1;
    /// enum Surface { SURFACE_UNSPECIFIED = 0; SURFACE_HOME = 1; }
    /// message Skip { string viewer_id = 1; }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// package events.v1;
    /// message Skip { string viewer_id = 1; }
    /// enum Surface { SURFACE_UNSPECIFIED = 0; SURFACE_HOME = 1; SURFACE_QUEUE = 2; }
    /// ```
    pub static ENUM_NO_DELETE = {
        id: "enum-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds enums that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const OF_FILE: &str = "ENUM_NO_DELETE";
const OF_PACKAGE: &str = "PACKAGE_ENUM_NO_DELETE";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::File | Category::Csr => vec![OF_FILE],
        Category::Callers | Category::Package => vec![OF_PACKAGE],
        Category::WireJson | Category::Wire => Vec::new(),
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let left = sides.new.enums.values().map(|kept| kept.package_name()).collect();
    for (name, old) in &sides.old.enums {
        let file = old.parent_file();
        let (file, package) = (file.name(), old.package_name());
        let nested = nested_name(name, package);
        let gone = if id == OF_FILE {
            sides.new.files.contains_key(file) && sides.new.enum_in(file, nested).is_none()
        } else {
            sides.asks_package(package, &left) && !sides.new.enums.contains_key(name)
        };
        // Under the default, the fields that had its type are judged instead.
        let judged = sides.category != Category::Callers || !sides.old.referred.contains(name);
        if gone && judged {
            breaches.push(Breach {
                rule: &ENUM_NO_DELETE,
                id,
                at: sides.place_of_deleted(file, package, nested, true),
                element: Element::Enum(name.clone()),
                message: format!(
                    "enum `{name}` is gone from {}",
                    sides.where_from(file, package, id == OF_FILE)
                ),
                help: "put it back".to_owned(),
            });
        }
    }
    breaches
}
