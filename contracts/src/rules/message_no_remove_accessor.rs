//! A message that no longer has the standard descriptor accessor.

use findings::rule;
use prost_reflect::MessageDescriptor;

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::element::Element;
use crate::surface::part;

rule! {
    /// Finds messages that set `no_standard_descriptor_accessor` and did not. Only the categories FILE, PACKAGE and CSR ask for
    /// it.
    ///
    /// ## Why it hurts
    /// The accessor `descriptor()` goes from generated code, and with it whatever called it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// ```
    /// ```new bad category=FILE
    /// syntax = "proto3";
    /// message Query {
    ///   option no_standard_descriptor_accessor = true; //~
    ///   string text = 1;
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Query { option no_standard_descriptor_accessor = true; string text = 1; }
    /// ```
    /// ```new good category=FILE
    /// syntax = "proto3";
    /// message Query { string text = 1; }
    /// ```
    pub static MESSAGE_NO_REMOVE_ACCESSOR = {
        id: "message-no-remove-accessor",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds messages that lost the standard descriptor accessor",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

/// The number of the option in `google.protobuf.MessageOptions`.
const OPTION: i32 = 2;

fn ids(category: Category) -> Vec<&'static str> {
    let asked = category.is_source() || category == Category::Csr;
    category.one(asked, "MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (_, new) in sides.messages().filter(|(old, new)| !is_without(old) && is_without(new)) {
        let path: Vec<i32> = new.path().iter().copied().chain([part::MESSAGE_OPTIONS, OPTION]).collect();
        breaches.push(Breach {
            rule: &MESSAGE_NO_REMOVE_ACCESSOR,
            id,
            at: sides.new.place(&new.parent_file(), &path).or_else(|| sides.new.message_place(new)),
            element: Element::Message(new.full_name().to_owned()),
            message: format!("`{}` lost the standard descriptor accessor", new.full_name()),
            help: "take `no_standard_descriptor_accessor` out".to_owned(),
        });
    }
    breaches
}

fn is_without(message: &MessageDescriptor) -> bool {
    let options = message.descriptor_proto().options.as_ref();
    options.is_some_and(|options| options.no_standard_descriptor_accessor())
}
