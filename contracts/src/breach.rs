//! A breach: one row as buf would report it, before rows of one cause become one finding.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Location, Rule};
use prost_reflect::{EnumDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor, ServiceDescriptor};

use crate::category::Category;
use crate::element::Element;
use crate::slot::Slot;
use crate::surface::{Surface, full_name};

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

    /// Files that both sides have, by name.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &FileDescriptor, &FileDescriptor)> {
        self.old.files.iter().filter_map(|(name, old)| Some((name.as_str(), old, self.new.files.get(name)?)))
    }

    /// Messages that both sides have, maps' entries included.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (&MessageDescriptor, &MessageDescriptor)> {
        self.old.messages.iter().filter_map(|(name, old)| Some((old, self.new.messages.get(name)?)))
    }

    /// Fields and extensions that both sides have under one number.
    pub(crate) fn slots(&self) -> impl Iterator<Item = (Slot, Slot)> {
        let fields = self.messages().flat_map(|(old, new)| {
            old.fields()
                .filter_map(|field| {
                    Some((Slot::Field(field.clone()), Slot::Field(new.get_field(field.number())?)))
                })
                .collect::<Vec<_>>()
        });
        let extensions = self.old.extensions.iter().filter_map(|(key, old)| {
            Some((Slot::Extension(old.clone()), Slot::Extension(self.new.extensions.get(key)?.clone())))
        });
        fields.chain(extensions)
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

    /// Whether what a package lost of a kind is told, where `left` are the packages that have something of the kind: of a
    /// package without any message left, say, buf tells no message. A caller wants to know all the same.
    pub(crate) fn asks_package(&self, package: &str, left: &BTreeSet<&str>) -> bool {
        let is_there = self.new.packages.contains(package);
        is_there && (self.category == Category::Callers || left.contains(package))
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

/// The element of a method.
pub(crate) fn method_element(method: &MethodDescriptor) -> Element {
    Element::Method {
        service: method.parent_service().full_name().to_owned(),
        name: method.name().to_owned(),
    }
}
