//! What `buf.validate` says of a field, read from its options by name, so that any version of its protos will do.
//!
//! Source: the protos of protovalidate, `buf/validate/validate.proto`.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, OneofDescriptor, ReflectMessage, Value};

use super::limits::{Limits, Range};
use super::text::Pattern;

/// Formats of texts that a pattern says in full. Hosts and addresses of the web are more than that.
const FORMATS: [(&str, &str); 4] = [
    // As the HTML standard has it, "Email state".
    (
        "email",
        "^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\
         (\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$",
    ),
    (
        "ipv4",
        "^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}$",
    ),
    ("uuid", "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"),
    ("tuuid", "^[0-9a-fA-F]{32}$"),
];

/// What the options of a field say, and the names of the rules that are not read.
pub(super) fn limits_of(field: &FieldDescriptor) -> (Limits, Vec<String>) {
    let mut reader = Reader { limits: Limits::default(), unread: Vec::new() };
    if let Some(rules) = extension(&field.options(), "buf.validate.field") {
        reader.field(field, &rules);
    }
    (reader.limits, reader.unread)
}

/// Whether one of the fields of a oneof must be set.
pub(super) fn is_required(oneof: &OneofDescriptor) -> bool {
    extension(&oneof.options(), "buf.validate.oneof")
        .and_then(|rules| rules.get_field_by_name("required")?.as_bool())
        .unwrap_or(false)
}

/// The names of the rules of a message as a whole, none of which is read.
pub(super) fn unread_of_message(message: &prost_reflect::MessageDescriptor) -> Vec<String> {
    let rules = extension(&message.options(), "buf.validate.message");
    rules.iter().flat_map(|rules| rules.fields().map(|(rule, _)| rule.name().to_owned())).collect()
}

fn extension(options: &DynamicMessage, name: &str) -> Option<DynamicMessage> {
    let (_, value) = options.extensions().find(|(extension, _)| extension.full_name() == name)?;
    value.as_message().cloned()
}

struct Reader {
    limits: Limits,
    unread: Vec<String>,
}

impl Reader {
    fn field(&mut self, field: &FieldDescriptor, rules: &DynamicMessage) {
        let ignore = rules.get_field_by_name("ignore");
        if let (Some(ignore), Some(Kind::Enum(names))) =
            (ignore, rules.descriptor().get_field_by_name("ignore").map(|field| field.kind()))
        {
            let number = ignore.as_enum_number().unwrap_or(0);
            let name = names.get_value(number).map(|value| value.name().to_owned()).unwrap_or_default();
            match name.as_str() {
                "IGNORE_ALWAYS" => return,
                "IGNORE_IF_ZERO_VALUE" | "IGNORE_IF_UNPOPULATED" | "IGNORE_IF_DEFAULT_VALUE" => {
                    self.limits.default_is_free = true;
                }
                _ => {}
            }
        }
        for (rule, value) in rules.fields() {
            match (rule.name(), value) {
                ("required", value) => {
                    if value.as_bool() == Some(true) {
                        self.required(field);
                    }
                }
                ("ignore", _) => {}
                ("repeated" | "map", Value::Message(rules)) => self.container(field, rules),
                (kind, Value::Message(rules)) => self.scalar(field, kind, rules),
                (name, _) => self.unread.push(name.to_owned()),
            }
        }
    }

    /// A field without presence is set if it is not the default.
    fn required(&mut self, field: &FieldDescriptor) {
        if field.is_list() || field.is_map() {
            self.limits.size.min = Some(self.limits.size.min.unwrap_or(0).max(1));
        } else if field.supports_presence() {
            self.limits.required = true;
        } else {
            self.limits.none_of.push(Value::default_value(&field.kind()));
        }
    }

    fn container(&mut self, field: &FieldDescriptor, rules: &DynamicMessage) {
        for (rule, value) in rules.fields() {
            match (rule.name(), value) {
                ("min_items" | "min_pairs", value) => self.limits.size.min = value.as_u64(),
                ("max_items" | "max_pairs", value) => self.limits.size.max = value.as_u64(),
                ("unique", value) => self.limits.unique = value.as_bool() == Some(true),
                ("items" | "values", Value::Message(rules)) => self.field(field, rules),
                ("keys", Value::Message(rules)) => {
                    if let Kind::Message(entry) = field.kind() {
                        let mut keys = Reader { limits: Limits::default(), unread: Vec::new() };
                        keys.field(&entry.map_entry_key_field(), rules);
                        self.unread.append(&mut keys.unread);
                        self.limits.keys = Some(Box::new(keys.limits));
                    }
                }
                (name, _) => self.unread.push(name.to_owned()),
            }
        }
    }

    fn scalar(&mut self, field: &FieldDescriptor, kind: &str, rules: &DynamicMessage) {
        for (rule, value) in rules.fields() {
            let name = rule.name();
            let read = match (kind, name) {
                (_, "example") => true,
                (_, "const") => {
                    self.limits.one_of = Some(vec![valued(field, value)]);
                    true
                }
                ("any", _) => false,
                (_, "in") => {
                    let listed = value.as_list().unwrap_or_default();
                    self.limits.one_of = Some(listed.iter().map(|value| valued(field, value)).collect());
                    true
                }
                (_, "not_in") => {
                    let listed = value.as_list().unwrap_or_default();
                    self.limits.none_of.extend(listed.iter().map(|value| valued(field, value)));
                    true
                }
                ("enum", "defined_only") => {
                    self.limits.defined = value.as_bool() == Some(true);
                    true
                }
                ("float" | "double", "finite") => {
                    self.limits.finite = value.as_bool() == Some(true);
                    true
                }
                ("string" | "bytes", _) => self.text(kind, name, value),
                ("duration" | "timestamp" | "field_mask", _) => false,
                (_, "lt" | "lte" | "gt" | "gte") => self.end(name, value),
                _ => false,
            };
            if !read {
                self.unread.push(format!("{kind}.{name}"));
            }
        }
        if is_empty(&self.limits.whole) || is_empty(&self.limits.real) {
            // What lies outside of a range, which is written as a range the wrong way round.
            (self.limits.whole, self.limits.real) = (Range::default(), Range::default());
            self.unread.push(format!("{kind}.gt"));
        }
    }

    fn text(&mut self, kind: &str, name: &str, value: &Value) -> bool {
        let limits = &mut self.limits;
        let length = value.as_u64();
        match name {
            "len" => limits.length = Range { min: length, max: length },
            "min_len" => limits.length.min = length,
            "max_len" => limits.length.max = length,
            "len_bytes" => limits.bytes = Range { min: length, max: length },
            "min_bytes" => limits.bytes.min = length,
            "max_bytes" => limits.bytes.max = length,
            _ if kind == "bytes" => return false,
            _ => {
                let text = value.as_str().unwrap_or_default();
                let escaped = regex_syntax::escape(text);
                let pattern = match name {
                    "pattern" => text.to_owned(),
                    "prefix" => format!("(?s)^{escaped}.*$"),
                    "suffix" => format!("(?s)^.*{escaped}$"),
                    "contains" => format!("(?s)^.*{escaped}.*$"),
                    format => match FORMATS.iter().find(|(known, _)| *known == format) {
                        Some((_, pattern)) if value.as_bool() == Some(true) => (*pattern).to_owned(),
                        Some(_) => return true,
                        None => return false,
                    },
                };
                match Pattern::read(&pattern) {
                    Ok(pattern) => limits.patterns.push(pattern),
                    Err(_) => return false,
                }
            }
        }
        true
    }

    /// One end of a range. The ends of a range are allowed, so that those that are not are moved by the least there is.
    fn end(&mut self, name: &str, value: &Value) -> bool {
        let real = match value {
            Value::F64(number) => Some((*number, number.next_up(), number.next_down())),
            Value::F32(number) => {
                Some((f64::from(*number), f64::from(number.next_up()), f64::from(number.next_down())))
            }
            _ => None,
        };
        let whole = match value {
            Value::I32(number) => Some(i128::from(*number)),
            Value::I64(number) => Some(i128::from(*number)),
            Value::U32(number) => Some(i128::from(*number)),
            Value::U64(number) => Some(i128::from(*number)),
            _ => None,
        };
        let limits = &mut self.limits;
        match (name, real, whole) {
            ("gte", Some((number, ..)), _) => limits.real.min = Some(number),
            ("gt", Some((_, above, _)), _) => limits.real.min = Some(above),
            ("lte", Some((number, ..)), _) => limits.real.max = Some(number),
            ("lt", Some((.., below)), _) => limits.real.max = Some(below),
            ("gte", _, Some(number)) => limits.whole.min = Some(number),
            ("gt", _, Some(number)) => limits.whole.min = Some(number + 1),
            ("lte", _, Some(number)) => limits.whole.max = Some(number),
            ("lt", _, Some(number)) => limits.whole.max = Some(number - 1),
            _ => return false,
        }
        true
    }
}

/// The rules of an enum are written with numbers.
fn valued(field: &FieldDescriptor, value: &Value) -> Value {
    match (field.kind(), value) {
        (Kind::Enum(_), Value::I32(number)) => Value::EnumNumber(*number),
        _ => value.clone(),
    }
}

fn is_empty<T: PartialOrd>(range: &Range<T>) -> bool {
    matches!((&range.min, &range.max), (Some(min), Some(max)) if min > max)
}
