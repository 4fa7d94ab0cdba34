//! Paths of field names, as consumers write them, by the protos of one side.

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

/// How many fields a message is said to have.
const SHOWN: usize = 12;

/// What in a file the protos do not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

/// A method by its name `package.Service/Method`.
pub(crate) fn method(pool: &DescriptorPool, name: &str) -> Result<MethodDescriptor, Unknown> {
    service::method(pool, name).map_err(|_error| Unknown {
        message: format!("the protos have no method `{}`", name.replace('`', "'")),
        help: "name a method as `package.Service/Method`".to_owned(),
    })
}

/// The fields that a path leads over, from the message on. A map's entries are passed over: a path goes on in its values.
pub(crate) fn fields(message: &MessageDescriptor, path: &str) -> Result<Vec<FieldDescriptor>, Unknown> {
    let mut fields = Vec::new();
    let mut current = Some(message.clone());
    for name in path.split('.') {
        let Some(message) = current else {
            let last = fields.last().map_or(path, FieldDescriptor::name);
            return Err(Unknown {
                message: format!("`{last}` has no fields, so that there is no `{}`", path.replace('`', "'")),
                help: format!("end the path at `{last}`"),
            });
        };
        let Some(field) = message.get_field_by_name(name) else {
            return Err(Unknown {
                message: service::no_field(&message, &name.replace('`', "'")),
                help: known(&message),
            });
        };
        current = value_message(&field);
        fields.push(field);
    }
    Ok(fields)
}

/// The message that a field, its items or its values are.
pub(crate) fn value_message(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    let Kind::Message(message) = field.kind() else { return None };
    if !field.is_map() {
        return Some(message);
    }
    message.map_entry_value_field().kind().as_message().cloned()
}

fn known(message: &MessageDescriptor) -> String {
    let names: Vec<String> =
        message.fields().take(SHOWN).map(|field| format!("`{}`", field.name())).collect();
    let more = message.fields().len().saturating_sub(SHOWN);
    match (names.is_empty(), more) {
        (true, _) => "take it out: the message has no fields".to_owned(),
        (_, 0) => format!("name one of {}", names.join(", ")),
        _ => format!("name one of {} or {more} more", names.join(", ")),
    }
}
