//! A breach: one row as buf would report it, before rows of one cause become one finding.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Location, Rule};
use prost_reflect::{
    EnumDescriptor, FieldDescriptor, MessageDescriptor, MethodDescriptor, ServiceDescriptor,
};

use crate::category::Category;
use crate::surface::{Surface, full_name};

/// What a breach is about, by full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    File(String),
    Package(String),
    Message(String),
    Enum(String),
    Service(String),
    Method { service: String, name: String },
    Field { message: String, number: u32 },
    EnumValue { enumeration: String, number: i32 },
}

/// One promise that was broken.
#[derive(Clone, Debug)]
pub(crate) struct Breach {
    /// Our rule.
    pub(crate) rule: &'static Rule,
    /// Buf's id in the category that was asked for.
    pub(crate) id: &'static str,
    /// Where buf reports it: at head; the file as a whole, or nowhere, where what it stood in is gone.
    pub(crate) at: Option<Location>,
    /// What it is about.
    pub(crate) element: Element,
    /// What is wrong, without buf's id.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

/// How a rule is looked for.
pub(crate) struct Check {
    /// Buf's ids of it in a category; none if the category does not have it.
    pub(crate) ids: fn(Category) -> Vec<&'static str>,
    /// The breaches of one of the ids.
    pub(crate) find: fn(&Sides, &'static str) -> Vec<Breach>,
}

/// The protos before and after.
pub(crate) struct Sides {
    pub(crate) old: Surface,
    pub(crate) new: Surface,
    pub(crate) category: Category,
}

impl Sides {
    /// Every breach, in the order of the checks.
    pub(crate) fn breaches(&self, checks: &[&Check]) -> Vec<Breach> {
        checks
            .iter()
            .flat_map(|check| (check.ids)(self.category).into_iter().flat_map(|id| (check.find)(self, id)))
            .collect()
    }

    /// Messages that both sides have, maps' entries included.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&MessageDescriptor, &MessageDescriptor)> {
        self.old.messages.iter().filter_map(|(name, old)| Some((old, self.new.messages.get(name)?)))
    }

    /// Fields that both sides have under one number.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (FieldDescriptor, FieldDescriptor)> {
        self.messages().flat_map(|(old, new)| {
            old.fields()
                .filter_map(|field| Some((field.clone(), new.get_field(field.number())?)))
                .collect::<Vec<_>>()
        })
    }

    /// Enums that both sides have.
    pub(crate) fn enums(&self) -> impl Iterator<Item = (&EnumDescriptor, &EnumDescriptor)> {
        self.old.enums.iter().filter_map(|(name, old)| Some((old, self.new.enums.get(name)?)))
    }

    /// Services that both sides have.
    pub(crate) fn services(&self) -> impl Iterator<Item = (&ServiceDescriptor, &ServiceDescriptor)> {
        self.old.services.iter().filter_map(|(name, old)| Some((old, self.new.services.get(name)?)))
    }

    /// Methods that both sides have.
    pub(crate) fn methods(&self) -> impl Iterator<Item = (MethodDescriptor, MethodDescriptor)> {
        self.services().flat_map(|(old, new)| {
            old.methods()
                .filter_map(|method| Some((method.clone(), method_of(new, method.name())?)))
                .collect::<Vec<_>>()
        })
    }

    /// Where to report that something nested is gone: the innermost message around it that is still there (in the same
    /// file, if that is asked for), else its file, else nowhere.
    pub(crate) fn place_of_deleted(
        &self,
        file: &str,
        package: &str,
        nested: &str,
        same_file: bool,
    ) -> Option<Location> {
        self.new.files.get(file)?;
        let mut outer = nested;
        while let Some((parent, _)) = outer.rsplit_once('.') {
            let around = match same_file {
                true => self.new.message_in(file, parent),
                false => self.new.messages.get(&full_name(package, parent)),
            };
            if let Some(message) = around {
                return self.new.message_place(message);
            }
            outer = parent;
        }
        self.new.file_place(file)
    }

    /// What something was removed from, in words.
    pub(crate) fn where_from(&self, file: &str, package: &str, from_file: bool) -> String {
        if from_file { format!("the file `{file}`") } else { format!("the package `{package}`") }
    }
}

/// The names of an enum's values, by number: with aliases there are several.
pub(crate) fn names_by_number(enumeration: &EnumDescriptor) -> BTreeMap<i32, BTreeSet<String>> {
    let mut names: BTreeMap<i32, BTreeSet<String>> = BTreeMap::new();
    for value in enumeration.values() {
        names.entry(value.number()).or_default().insert(value.name().to_owned());
    }
    names
}

pub(crate) fn method_of(service: &ServiceDescriptor, name: &str) -> Option<MethodDescriptor> {
    service.methods().find(|method| method.name() == name)
}

/// The element of a field.
pub(crate) fn field_element(field: &FieldDescriptor) -> Element {
    Element::Field { message: field.parent_message().full_name().to_owned(), number: field.number() }
}

/// The element of a method.
pub(crate) fn method_element(method: &MethodDescriptor) -> Element {
    Element::Method {
        service: method.parent_service().full_name().to_owned(),
        name: method.name().to_owned(),
    }
}
