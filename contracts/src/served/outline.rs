//! What a service declares and all that it refers to, one line a field, value or method, as it stands on the wire.

use std::collections::BTreeMap;

use prost_reflect::{Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, Kind};

/// Declarations, as in `message p.v1.Query`, and what each consists of.
pub(super) type Outline = BTreeMap<String, Vec<String>>;

/// Messages that every side has from the same place.
const WELL_KNOWN: &str = "google.protobuf.";

/// The outline of a service; `None` if the protos do not have it.
pub(super) fn outline(pool: &DescriptorPool, service: &str) -> Option<Outline> {
    let service = pool.get_service_by_name(service)?;
    let mut outline = Outline::new();
    let mut next = Vec::new();
    let mut methods = Vec::new();
    for method in service.methods() {
        let stream = |is_streaming: bool| if is_streaming { "stream " } else { "" };
        methods.push(format!(
            "rpc {}({}{}) returns ({}{})",
            method.name(),
            stream(method.is_client_streaming()),
            method.input().full_name(),
            stream(method.is_server_streaming()),
            method.output().full_name()
        ));
        next.extend([method.input(), method.output()]);
    }
    methods.sort();
    outline.insert(format!("service {}", service.full_name()), methods);
    while let Some(message) = next.pop() {
        let name = format!("message {}", message.full_name());
        if message.full_name().starts_with(WELL_KNOWN) || outline.contains_key(&name) {
            continue;
        }
        outline.insert(name, message.fields().map(|field| field_line(&field)).collect());
        for field in message.fields() {
            match field.kind() {
                Kind::Message(of) => next.push(of),
                Kind::Enum(of) if !of.full_name().starts_with(WELL_KNOWN) => {
                    outline.entry(format!("enum {}", of.full_name())).or_insert_with(|| values(&of));
                }
                _ => {}
            }
        }
    }
    Some(outline)
}

/// Fields stand by number, so that their order in the file makes no difference.
fn field_line(field: &FieldDescriptor) -> String {
    let label = match field.cardinality() {
        Cardinality::Repeated => "repeated ",
        Cardinality::Required => "required ",
        Cardinality::Optional if field.containing_oneof().is_some_and(|of| !of.is_synthetic()) => "oneof ",
        Cardinality::Optional if field.supports_presence() && !matches!(field.kind(), Kind::Message(_)) => {
            "optional "
        }
        Cardinality::Optional => "",
    };
    format!("{label}{} {} = {}", type_name(&field.kind()), field.name(), field.number())
}

fn type_name(kind: &Kind) -> String {
    match kind {
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(enumeration) => enumeration.full_name().to_owned(),
        scalar => format!("{scalar:?}").to_lowercase(),
    }
}

fn values(enumeration: &EnumDescriptor) -> Vec<String> {
    let mut values: Vec<_> =
        enumeration.values().map(|value| (value.number(), value.name().to_owned())).collect();
    values.sort();
    values.into_iter().map(|(number, name)| format!("{name} = {number}")).collect()
}
