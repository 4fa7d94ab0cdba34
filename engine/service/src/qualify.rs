//! Names of types and of custom options, where the pool of descriptors misreads them: for it a package that any file has
//! hides an outer one, and not only a package that the file imports.

use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, FileDescriptor};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto, UninterpretedOption};

/// Writes out the names of a file that begin with a package, as protoc resolves them: from the innermost scope in which the
/// name's first part is a message or a package of the file or of its imports.
pub(crate) fn qualify(file: &mut FileDescriptorProto, pool: &DescriptorPool) {
    let mut packages = BTreeSet::new();
    add_package(&mut packages, file.package());
    for import in file.dependency.iter().filter_map(|name| pool.get_file_by_name(name)) {
        add_visible(&mut packages, &import);
    }
    let mut messages = BTreeSet::new();
    let package = file.package().to_owned();
    for message in &file.message_type {
        add_messages(&mut messages, &package, message);
    }
    let is_message = |name: &str| messages.contains(name) || pool.get_message_by_name(name).is_some();
    let names = Names { packages, is_message: &is_message };
    names.options(&package, file.options.as_mut().map(|options| &mut options.uninterpreted_option));
    for message in &mut file.message_type {
        names.message(&package, message);
    }
    for field in &mut file.extension {
        names.field(&package, field);
    }
    for service in &mut file.service {
        let scope = join(&package, service.name());
        names.options(&scope, service.options.as_mut().map(|options| &mut options.uninterpreted_option));
        for method in &mut service.method {
            names.name(&scope, method.input_type.as_mut());
            names.name(&scope, method.output_type.as_mut());
            names.options(&scope, method.options.as_mut().map(|options| &mut options.uninterpreted_option));
        }
    }
}

struct Names<'a> {
    packages: BTreeSet<String>,
    is_message: &'a dyn Fn(&str) -> bool,
}

impl Names<'_> {
    /// Messages of a text are as deep as its reader lets them be, which is not deep.
    fn message(&self, scope: &str, message: &mut DescriptorProto) {
        let scope = join(scope, message.name());
        self.options(&scope, message.options.as_mut().map(|options| &mut options.uninterpreted_option));
        for field in message.field.iter_mut().chain(&mut message.extension) {
            self.field(&scope, field);
        }
        for oneof in &mut message.oneof_decl {
            self.options(&scope, oneof.options.as_mut().map(|options| &mut options.uninterpreted_option));
        }
        for nested in &mut message.nested_type {
            self.message(&scope, nested);
        }
    }

    fn field(&self, scope: &str, field: &mut FieldDescriptorProto) {
        self.name(scope, field.type_name.as_mut());
        self.name(scope, field.extendee.as_mut());
        self.options(scope, field.options.as_mut().map(|options| &mut options.uninterpreted_option));
    }

    fn options(&self, scope: &str, options: Option<&mut Vec<UninterpretedOption>>) {
        for part in options.into_iter().flatten().flat_map(|option| &mut option.name) {
            if part.is_extension {
                self.name(scope, Some(&mut part.name_part));
            }
        }
    }

    fn name(&self, scope: &str, name: Option<&mut String>) {
        let Some(name) = name else { return };
        let Some((first, _)) = name.split_once('.').filter(|(first, _)| !first.is_empty()) else { return };
        let outer = scope.rmatch_indices('.').map(|(at, _)| &scope[..at]);
        for scope in std::iter::once(scope).chain(outer).chain([""]) {
            let candidate = join(scope, first);
            if (self.is_message)(&candidate) {
                return;
            }
            if self.packages.contains(&candidate) {
                *name = format!(".{}", join(scope, name));
                return;
            }
        }
    }
}

fn add_messages(names: &mut BTreeSet<String>, scope: &str, message: &DescriptorProto) {
    let name = join(scope, message.name());
    for nested in &message.nested_type {
        add_messages(names, &name, nested);
    }
    names.insert(name);
}

/// The package of a file, and of what it hands on; the pool holds no cycle of imports.
fn add_visible(packages: &mut BTreeSet<String>, import: &FileDescriptor) {
    let mut seen = BTreeSet::new();
    let mut open = vec![import.clone()];
    while let Some(file) = open.pop() {
        if seen.insert(file.name().to_owned()) {
            add_package(packages, file.package_name());
            open.extend(file.public_dependencies());
        }
    }
}

/// A package, and those that it stands in.
fn add_package(packages: &mut BTreeSet<String>, package: &str) {
    packages.extend(package.match_indices('.').map(|(at, _)| package[..at].to_owned()));
    packages.insert(package.to_owned());
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}
