//! What the protos of one side promise, by full name, with the place of every part.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use findings::{Location, Span};
use prost_reflect::prost_types::source_code_info::Location as Written;
use prost_reflect::{
    EnumDescriptor, ExtensionDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor,
    MethodDescriptor, ServiceDescriptor, Syntax,
};
use service::{Features, Protos};

use crate::element::Element;
use crate::slot::Slot;

/// Field numbers in the descriptors of protobuf, for paths into source positions.
pub(crate) mod part {
    /// The name of anything.
    pub(crate) const NAME: i32 = 1;
    /// The package of a file.
    pub(crate) const PACKAGE: i32 = 2;
    /// The number of an enum value.
    pub(crate) const VALUE_NUMBER: i32 = 2;
    /// The input type of a method.
    pub(crate) const INPUT: i32 = 2;
    /// The output type of a method.
    pub(crate) const OUTPUT: i32 = 3;
    /// The built-in type of a field.
    pub(crate) const TYPE: i32 = 5;
    /// The named type of a field.
    pub(crate) const TYPE_NAME: i32 = 6;
    /// The default value of a field.
    pub(crate) const DEFAULT: i32 = 7;
    /// The explicit JSON name of a field.
    pub(crate) const JSON_NAME: i32 = 10;
    /// The syntax of a file.
    pub(crate) const SYNTAX: i32 = 12;
    /// The options of an enum.
    pub(crate) const ENUM_OPTIONS: i32 = 3;
    /// The options of a file.
    pub(crate) const FILE_OPTIONS: i32 = 8;
    /// The options of a message.
    pub(crate) const MESSAGE_OPTIONS: i32 = 7;
    /// The options of a field.
    pub(crate) const FIELD_OPTIONS: i32 = 8;
    /// The options of a method.
    pub(crate) const METHOD_OPTIONS: i32 = 4;
}

/// The protos of one side. Well-known files that come with the compiler are no part of it.
#[derive(Default)]
pub(crate) struct Surface {
    pub(crate) files: BTreeMap<String, FileDescriptor>,
    pub(crate) messages: BTreeMap<String, MessageDescriptor>,
    pub(crate) enums: BTreeMap<String, EnumDescriptor>,
    pub(crate) services: BTreeMap<String, ServiceDescriptor>,
    /// By the full name of the extended message and the number in it.
    pub(crate) extensions: BTreeMap<(String, u32), ExtensionDescriptor>,
    pub(crate) packages: BTreeSet<String>,
    /// Full names of messages and enums that a field or a method refers to.
    pub(crate) referred: BTreeSet<String>,
    /// What files of editions say and no syntax does.
    pub(crate) features: Features,
    paths: BTreeMap<String, String>,
    written: service::Positions,
    /// Source positions by file, indexed when a file is first asked for.
    positions: BTreeMap<String, OnceCell<Positions>>,
}

/// The span of every part of a file, by its path in the descriptor.
type Positions = HashMap<Vec<i32>, Span>;

impl Surface {
    pub(crate) fn of(protos: &Protos) -> Surface {
        let mut surface = Surface {
            paths: protos.paths.clone(),
            features: protos.features.clone(),
            written: protos.positions.clone(),
            ..Surface::default()
        };
        let ours = |file: FileDescriptor| protos.paths.contains_key(file.name());
        surface.files = protos
            .pool
            .files()
            .filter(|file| ours(file.clone()))
            .map(|file| (file.name().to_owned(), file))
            .collect();
        surface.positions = surface.files.keys().map(|name| (name.clone(), OnceCell::new())).collect();
        surface.packages = surface.files.values().map(|file| file.package_name().to_owned()).collect();
        surface.messages = protos
            .pool
            .all_messages()
            .filter(|message| ours(message.parent_file()))
            .map(|message| (message.full_name().to_owned(), message))
            .collect();
        surface.enums = protos
            .pool
            .all_enums()
            .filter(|enumeration| ours(enumeration.parent_file()))
            .map(|enumeration| (enumeration.full_name().to_owned(), enumeration))
            .collect();
        surface.services = protos
            .pool
            .services()
            .filter(|service| ours(service.parent_file()))
            .map(|service| (service.full_name().to_owned(), service))
            .collect();
        surface.extensions = protos
            .pool
            .all_extensions()
            .filter(|extension| ours(extension.parent_file()))
            .map(|extension| {
                let key = (extension.containing_message().full_name().to_owned(), extension.number());
                (key, extension)
            })
            .collect();
        surface.referred = surface.references();
        surface
    }

    fn references(&self) -> BTreeSet<String> {
        let of_fields = self
            .messages
            .values()
            .flat_map(|message| message.fields().filter_map(|field| type_name(&field)).collect::<Vec<_>>());
        let of_methods = self.services.values().flat_map(|service| {
            service
                .methods()
                .flat_map(|method| [method.input(), method.output()])
                .map(|message| message.full_name().to_owned())
                .collect::<Vec<_>>()
        });
        of_fields.chain(of_methods).collect()
    }

    /// The syntax that a file declares. Editions are one, as buf has it: what differs between them are features.
    pub(crate) fn syntax(&self, file: &FileDescriptor) -> &'static str {
        match (self.features.edition(file.name()), file.syntax()) {
            (Some(_), _) => "editions",
            (None, Syntax::Proto2) => "proto2",
            (None, Syntax::Proto3) => "proto3",
        }
    }

    /// Whether an enum takes numbers that it does not declare.
    pub(crate) fn is_open(&self, enumeration: &EnumDescriptor) -> bool {
        let by_syntax = || enumeration.parent_file().syntax() == Syntax::Proto3;
        self.features.is_open(enumeration.full_name()).unwrap_or_else(by_syntax)
    }

    /// Whether proto JSON is promised for a message or enum of a file.
    pub(crate) fn has_json(&self, name: &str, file: &FileDescriptor) -> bool {
        self.features.has_json(name).unwrap_or_else(|| file.syntax() == Syntax::Proto3)
    }

    /// The extension that takes a number of a message.
    pub(crate) fn extension(&self, message: &str, number: u32) -> Option<&ExtensionDescriptor> {
        self.extensions.get(&(message.to_owned(), number))
    }

    /// The message of a file, by its name without the package.
    pub(crate) fn message_in(&self, file: &str, nested: &str) -> Option<&MessageDescriptor> {
        let package = self.files.get(file)?.package_name();
        self.messages.get(&full_name(package, nested)).filter(|message| message.parent_file().name() == file)
    }

    /// The enum of a file, by its name without the package.
    pub(crate) fn enum_in(&self, file: &str, nested: &str) -> Option<&EnumDescriptor> {
        let package = self.files.get(file)?.package_name();
        self.enums.get(&full_name(package, nested)).filter(|found| found.parent_file().name() == file)
    }

    /// The file that a part stands in.
    fn file_of(&self, element: &Element) -> Option<FileDescriptor> {
        Some(match element {
            Element::File(name) => self.files.get(name)?.clone(),
            Element::Package(name) => {
                self.files.values().find(|file| file.package_name() == name.as_str())?.clone()
            }
            Element::Message(name)
            | Element::Field { message: name, .. }
            | Element::Oneof { message: name, .. } => self.messages.get(name)?.parent_file(),
            Element::Extension { message, number } => self.extension(message, *number)?.parent_file(),
            Element::Enum(name) | Element::EnumValue { enumeration: name, .. } => {
                self.enums.get(name)?.parent_file()
            }
            Element::Service(name) | Element::Method { service: name, .. } => {
                self.services.get(name)?.parent_file()
            }
        })
    }

    /// The path in the tree of the file that a part stands in.
    pub(crate) fn path_of(&self, element: &Element) -> Option<&str> {
        self.paths.get(self.file_of(element)?.name()).map(String::as_str)
    }

    /// The package that a part stands in.
    pub(crate) fn package_of(&self, element: &Element) -> Option<String> {
        Some(self.file_of(element)?.package_name().to_owned())
    }

    /// The file as a whole.
    pub(crate) fn file_place(&self, name: &str) -> Option<Location> {
        self.paths.get(name).map(Location::file)
    }

    /// The place of a part of a file.
    pub(crate) fn place(&self, file: &FileDescriptor, path: &[i32]) -> Option<Location> {
        Some(Location::at(self.paths.get(file.name())?, self.span(file, path)?))
    }

    fn span(&self, file: &FileDescriptor, path: &[i32]) -> Option<Span> {
        let positions =
            self.positions.get(file.name())?.get_or_init(|| positions(self.written.of(file.name())));
        positions.get(path).copied()
    }

    /// The place of a declaration with a body: from its keyword to its name.
    pub(crate) fn head_place(&self, file: &FileDescriptor, path: &[i32]) -> Option<Location> {
        let mut place = self.place(file, path)?;
        let name = self.span(file, &join(path, part::NAME));
        if let (Some(span), Some(name)) = (place.span.as_mut(), name) {
            (span.end_line, span.end_column) = (name.end_line, name.end_column);
        }
        Some(place)
    }

    /// The place of a message; for the entries of a map, of the map's type.
    pub(crate) fn message_place(&self, message: &MessageDescriptor) -> Option<Location> {
        match map_field(message) {
            Some(field) => self.place(&field.parent_file(), &join(field.path(), part::TYPE_NAME)),
            None => self.head_place(&message.parent_file(), message.path()),
        }
    }

    pub(crate) fn enum_place(&self, enumeration: &EnumDescriptor) -> Option<Location> {
        self.head_place(&enumeration.parent_file(), enumeration.path())
    }

    pub(crate) fn service_place(&self, service: &ServiceDescriptor) -> Option<Location> {
        self.head_place(&service.parent_file(), service.path())
    }

    pub(crate) fn method_place(&self, method: &MethodDescriptor, part: Option<i32>) -> Option<Location> {
        self.place(&method.parent_file(), &with(method.path(), part))
    }

    /// The place of a field or extension, or of a part of it; for what a map implies, of the map's type.
    pub(crate) fn slot_place(&self, slot: &Slot, part: &[i32]) -> Option<Location> {
        let path: Vec<i32> = slot.path().iter().chain(part).copied().collect();
        self.place(&slot.file(), &path)
            .or_else(|| map_field(&slot.message()).and_then(|_| self.message_place(&slot.message())))
    }

    /// The place of a field or of a part of it; for what a map implies, of the map's type.
    pub(crate) fn field_place(&self, field: &FieldDescriptor, part: Option<i32>) -> Option<Location> {
        self.place(&field.parent_file(), &with(field.path(), part)).or_else(|| {
            map_field(field.parent_message()).and_then(|_| self.message_place(field.parent_message()))
        })
    }
}

/// The map field that a synthetic entry message belongs to.
pub(crate) fn map_field(entry: &MessageDescriptor) -> Option<FieldDescriptor> {
    if !entry.is_map_entry() {
        return None;
    }
    entry.parent_message()?.fields().find(|field| field.kind().as_message() == Some(entry))
}

/// The full name of a field's type, if it has a name.
pub(crate) fn type_name(field: &FieldDescriptor) -> Option<String> {
    match field.kind() {
        Kind::Message(message) => Some(message.full_name().to_owned()),
        Kind::Enum(enumeration) => Some(enumeration.full_name().to_owned()),
        _ => None,
    }
}

/// The name of a message or enum without its package, as in `Outer.Inner`.
pub(crate) fn nested_name<'a>(full_name: &'a str, package: &str) -> &'a str {
    if package.is_empty() {
        return full_name;
    }
    full_name.strip_prefix(package).and_then(|rest| rest.strip_prefix('.')).unwrap_or(full_name)
}

/// The opposite of [`nested_name`].
pub(crate) fn full_name(package: &str, nested: &str) -> String {
    if package.is_empty() { nested.to_owned() } else { format!("{package}.{nested}") }
}

fn positions(locations: Vec<Written>) -> Positions {
    let mut positions = Positions::new();
    for location in locations {
        if let Some(span) = span(&location.span) {
            // Where a path stands twice (`extend` blocks), the first is the one that is meant.
            positions.entry(location.path).or_insert(span);
        }
    }
    positions
}

fn span(span: &[i32]) -> Option<Span> {
    let from_one = |value: i32| u32::try_from(value).ok().map(|value| value.saturating_add(1));
    match *span {
        [line, column, end] => Some(Span::on_line(from_one(line)?, from_one(column)?, from_one(end)?)),
        [line, column, end_line, end] => Some(Span {
            line: from_one(line)?,
            column: from_one(column)?,
            end_line: from_one(end_line)?,
            end_column: from_one(end)?,
        }),
        _ => None,
    }
}

fn with(path: &[i32], part: Option<i32>) -> Vec<i32> {
    path.iter().copied().chain(part).collect()
}

fn join(path: &[i32], part: i32) -> Vec<i32> {
    with(path, Some(part))
}
