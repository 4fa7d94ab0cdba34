//! Consumers that nobody has to write down: the crates of the workspace whose code calls the services and names the fields
//! of their messages, as prost and tonic generate them.
//!
//! Only what a caller does counts: it calls methods, sets fields of requests and reads fields of responses. A server reads
//! the one and sets the other, and breaks nobody but itself. A dependency of tests is no consumer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heck::{ToSnakeCase, ToUpperCamelCase};
use prost_reflect::{DescriptorPool, FieldDescriptor, MessageDescriptor, ServiceDescriptor};
use source::{Access, AccessKind, Code, DependencyKind, GENERATED, Member, Types};

use super::field_path::value_message;
use super::{Consumer, How, Use, element};
use crate::breach::method_element;
use crate::element::Element;

/// Those crates whose code uses what the protos of a pool promise.
pub(crate) fn in_code(code: &Code, protos: &DescriptorPool) -> Vec<Consumer> {
    let generated = Generated::of(protos);
    let mut consumers: BTreeMap<usize, BTreeMap<(Element, How), Use>> = BTreeMap::new();
    for access in code.accesses(&generated.types) {
        for (element, how, what) in generated.uses(&access) {
            let place = format!("{}:{}", access.file, access.line);
            let known = consumers.entry(access.krate).or_default();
            known.entry((element.clone(), how)).or_insert(Use { element, how, what, place });
        }
    }
    let servers = servers(code, protos);
    let mut named: Vec<Consumer> = Vec::new();
    for (krate, mut uses) in consumers.into_iter().filter(|(krate, _)| !is_for_tests(code, *krate)) {
        let calls = uses.keys().any(|(_, how)| *how == How::Calls);
        if servers.contains(&krate) && !calls {
            uses.retain(|(element, _), _| !generated.goes_both_ways(element));
        }
        let name = format!("the crate `{}`", code.workspace.crates[krate].name);
        named.push(Consumer { name, declared: false, uses: uses.into_values().collect() });
    }
    named.retain(|consumer| !consumer.uses.is_empty());
    named
}

/// The crates that name generated servers.
fn servers(code: &Code, protos: &DescriptorPool) -> BTreeSet<usize> {
    let modules: Vec<String> =
        protos.services().map(|service| format!("::{}_server::", service.name().to_snake_case())).collect();
    let references = code.names().references().iter().filter(|reference| !reference.in_test);
    let serves = references.filter(|it| modules.iter().any(|module| it.canonical.contains(module.as_str())));
    serves.map(|reference| reference.krate).collect()
}

/// Whether a crate is only there for the tests of others.
fn is_for_tests(code: &Code, krate: usize) -> bool {
    let all = code.workspace.crates.iter().flat_map(|other| &other.dependencies);
    let mut kinds =
        all.filter(|dependency| dependency.member == Some(krate)).map(|dependency| dependency.kind);
    kinds
        .next()
        .is_some_and(|first| first == DependencyKind::Dev && kinds.all(|kind| kind == DependencyKind::Dev))
}

/// What prost and tonic make of protos.
struct Generated {
    types: Types,
    /// What a member of a type is: one field or method, or all fields of a oneof.
    meaning: HashMap<(String, String), Vec<Meaning>>,
    requests: BTreeSet<String>,
    responses: BTreeSet<String>,
}

#[derive(Clone)]
struct Meaning {
    element: Element,
    what: String,
}

impl Generated {
    fn of(protos: &DescriptorPool) -> Generated {
        let methods = || protos.services().flat_map(|service| service.methods().collect::<Vec<_>>());
        let mut generated = Generated {
            types: Types::default(),
            meaning: HashMap::new(),
            requests: reachable(methods().map(|method| method.input())),
            responses: reachable(methods().map(|method| method.output())),
        };
        protos.all_messages().filter(|message| !message.is_map_entry()).for_each(|it| generated.message(&it));
        protos.services().for_each(|service| generated.service(&service));
        generated
    }

    /// What a place in the code is the use of, if it is what a caller does.
    fn uses(&self, access: &Access) -> Vec<(Element, How, String)> {
        let meanings = self.meaning.get(&(access.of.clone(), access.member.clone()));
        let uses = meanings.into_iter().flatten().filter_map(|meaning| {
            let how = match (&meaning.element, access.how) {
                (Element::Method { .. }, AccessKind::Calls) => How::Calls,
                (Element::Field { message, .. }, AccessKind::Reads) if self.responses.contains(message) => {
                    How::Reads
                }
                (Element::Field { message, .. }, AccessKind::Sets) if self.requests.contains(message) => {
                    How::Sends
                }
                _ => return None,
            };
            Some((meaning.element.clone(), how, meaning.what.clone()))
        });
        uses.collect()
    }

    /// Whether a field is part of requests and of responses, so that a server sets and reads it as a caller does.
    fn goes_both_ways(&self, element: &Element) -> bool {
        let Element::Field { message, .. } = element else { return false };
        self.requests.contains(message) && self.responses.contains(message)
    }

    fn message(&mut self, message: &MessageDescriptor) {
        let path = message_path(message);
        self.types.add_type(&path);
        let (plain, chosen): (Vec<_>, Vec<_>) = message.fields().partition(|field| oneof(field).is_none());
        for field in plain {
            let name = field.name().to_snake_case();
            let gives = value_message(&field).map(|value| message_path(&value));
            self.field(&path, &name, &field, AccessKind::Reads, gives.clone(), false);
            if gives.is_none() {
                self.field(&path, &name, &field, AccessKind::Reads, None, true);
                for prefix in ["set", "push"] {
                    self.field(&path, &format!("{prefix}_{name}"), &field, AccessKind::Sets, None, true);
                }
            }
        }
        for field in chosen {
            let Some(oneof) = oneof(&field) else { continue };
            let module = format!("{}::{}", outer_path(message), message.name().to_snake_case());
            let variants = format!("{module}::{}", oneof.to_upper_camel_case());
            let name = oneof.to_snake_case();
            let member = Member {
                name: name.clone(),
                how: AccessKind::Reads,
                gives: Some(variants.clone()),
                is_method: false,
            };
            self.types.add(&path, &name, member);
            self.meaning.entry((path.clone(), name)).or_default().push(meaning(&field));
            let gives = value_message(&field).map(|value| message_path(&value));
            self.field(
                &variants,
                &field.name().to_upper_camel_case(),
                &field,
                AccessKind::Reads,
                gives,
                false,
            );
        }
    }

    fn field(
        &mut self,
        of: &str,
        name: &str,
        field: &FieldDescriptor,
        how: AccessKind,
        gives: Option<String>,
        is_method: bool,
    ) {
        let known = Member { name: field.name().to_owned(), how, gives, is_method };
        self.types.add(of, name, known);
        self.meaning.insert((of.to_owned(), field.name().to_owned()), vec![meaning(field)]);
    }

    fn service(&mut self, service: &ServiceDescriptor) {
        let package = package_path(service.package_name());
        let (module, name) = (service.name().to_snake_case(), service.name().to_upper_camel_case());
        let client = format!("{package}::{module}_client::{name}Client");
        self.types.add_type(&client);
        for method in service.methods() {
            let called = Member {
                name: method.name().to_owned(),
                how: AccessKind::Calls,
                gives: Some(message_path(&method.output())),
                is_method: true,
            };
            self.types.add(&client, &method.name().to_snake_case(), called);
            let what = format!("`{}/{}`", service.full_name(), method.name());
            let meaning = Meaning { element: method_element(&method), what };
            self.meaning.insert((client.clone(), method.name().to_owned()), vec![meaning]);
        }
    }
}

fn meaning(field: &FieldDescriptor) -> Meaning {
    let what = format!("`{}` of `{}`", field.name(), field.parent_message().full_name());
    Meaning { element: element(field), what }
}

/// The name of the oneof that a field is in. The one that `optional` makes is none.
fn oneof(field: &FieldDescriptor) -> Option<String> {
    let oneof = field.containing_oneof()?;
    (!oneof.is_synthetic()).then(|| oneof.name().to_owned())
}

fn reachable(from: impl Iterator<Item = MessageDescriptor>) -> BTreeSet<String> {
    let mut left: Vec<MessageDescriptor> = from.collect();
    let mut reachable = BTreeSet::new();
    while let Some(message) = left.pop() {
        if reachable.insert(message.full_name().to_owned()) {
            left.extend(message.fields().filter_map(|field| value_message(&field)));
        }
    }
    reachable
}

/// The canonical path of a message in code: what a build script writes is named by its package, nested messages by
/// modules of their outer ones.
fn message_path(message: &MessageDescriptor) -> String {
    format!("{}::{}", outer_path(message), message.name().to_upper_camel_case())
}

fn outer_path(message: &MessageDescriptor) -> String {
    let mut outer = Vec::new();
    let mut parent = message.parent_message();
    while let Some(message) = parent {
        outer.push(message.name().to_snake_case());
        parent = message.parent_message();
    }
    let mut path = package_path(message.package_name());
    for module in outer.iter().rev() {
        path.push_str("::");
        path.push_str(module);
    }
    path
}

fn package_path(package: &str) -> String {
    // Where there is no package, prost calls the file `_`.
    let package = if package.is_empty() { "_" } else { package };
    format!("{GENERATED}::{}", package.replace('.', "::"))
}
