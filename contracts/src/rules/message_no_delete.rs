//! A message that went.

use findings::rule;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::nested_name;

rule! {
    /// Finds a message that is gone.
    ///
    /// By default it is found if nothing referred to it: it was the payload of something outside the protos, a log or a
    /// queue. Where a field or a method referred to it, that field or method is judged instead. The categories FILE and
    /// PACKAGE find every removed message.
    ///
    /// ## Why it hurts
    /// Whoever reads or writes the message outside of a method, from a log, a queue or a store, loses its description, and the
    /// next one to take the name describes something else by it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// package events.v1;
    /// message Exposure { string viewer_id = 1; }
    /// message Skip { string viewer_id = 1; }
    /// ```
    /// ```new bad
    /// syntax = "proto3"; //~
    /// package events.v1;
    /// message Skip { string viewer_id = 1; }
    /// ```
    ///
    /// ## Instead
    /// Move it to another file of its package, or stop using it and keep it.
    ///
    /// ```old
    /// syntax = "proto3";
    /// package events.v1;
    /// message Exposure { string viewer_id = 1; }
    /// message Skip { string viewer_id = 1; }
    /// ```
    /// ```new good
    /// // -- exposure.proto --
    /// syntax = "proto3";
    /// package events.v1;
    /// message Exposure { string viewer_id = 1; }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// package events.v1;
    /// message Skip { string viewer_id = 1; }
    /// ```
    pub static MESSAGE_NO_DELETE = {
        id: "message-no-delete",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds messages that were removed",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

const OF_FILE: &str = "MESSAGE_NO_DELETE";
const OF_PACKAGE: &str = "PACKAGE_MESSAGE_NO_DELETE";

fn ids(category: Category) -> Vec<&'static str> {
    match category {
        Category::File | Category::Csr => vec![OF_FILE],
        Category::Callers | Category::Package => vec![OF_PACKAGE],
        Category::WireJson | Category::Wire => Vec::new(),
    }
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let left = sides.new.messages.values().map(|kept| kept.package_name()).collect();
    for (name, old) in &sides.old.messages {
        let file = old.parent_file();
        let (file, package) = (file.name(), old.package_name());
        let nested = nested_name(name, package);
        let gone = if id == OF_FILE {
            sides.new.files.contains_key(file) && sides.new.message_in(file, nested).is_none()
        } else {
            sides.asks_package(package, &left) && !sides.new.messages.contains_key(name)
        };
        // Under the default, whoever referred to it is judged instead.
        let judged = sides.category != Category::Callers || !sides.old.referred.contains(name);
        if gone && judged {
            breaches.push(Breach {
                rule: &MESSAGE_NO_DELETE,
                id,
                at: sides.place_of_deleted(file, package, nested, id == OF_FILE),
                element: Element::Message(name.clone()),
                message: format!(
                    "message `{name}` is gone from {}",
                    sides.where_from(file, package, id == OF_FILE)
                ),
                help: "put it back".to_owned(),
            });
        }
    }
    breaches
}
