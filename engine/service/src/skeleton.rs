//! Whether a set of descriptors says what a file of an edition says, as far as the file's text shows it without an
//! understanding of editions: every declaration, number, type, label and option.

use prost_reflect::prost::Message;
use prost_reflect::{DynamicMessage, ReflectMessage, Value};
use prost_types::FileDescriptorProto;
use protox::file::File;

use crate::editions::text;
use crate::protos::one_line;
use crate::scan::{DEFAULT, without_edition};

/// Fields of descriptors that compilers fill in by themselves, or that are compared with the options.
const FILLED: [&str; 6] =
    ["source_code_info", "syntax", "edition", "proto3_optional", "options", "default_value"];
/// Fields that name a type, which the text may write in part.
const NAMES: [&str; 4] = ["type_name", "input_type", "output_type", "extendee"];

/// Compares a descriptor with the text that it should have been made of.
pub(crate) fn agrees(said: &DynamicMessage, name: &str, source: &str) -> Result<(), String> {
    let source = without_edition(source).ok_or("its edition cannot be found in the text")?;
    let unread = |reason: String| format!("the text cannot be compared: {}", one_line(&reason));
    let parsed = File::from_source(name, &source).map_err(|error| unread(error.to_string()))?;
    let bytes = FileDescriptorProto::from(parsed).encode_to_vec();
    let written = DynamicMessage::decode(said.descriptor(), bytes.as_slice())
        .map_err(|error| unread(error.to_string()))?;
    compare(&written, said, "the file")
}

fn compare(written: &DynamicMessage, said: &DynamicMessage, at: &str) -> Result<(), String> {
    for field in written.descriptor().fields().filter(|field| !FILLED.contains(&field.name())) {
        let (was, is) = (written.get_field(&field), said.get_field(&field));
        let differs = || Err(format!("`{}` of {at} is another one", field.name()));
        match (was.as_ref(), is.as_ref()) {
            // Every compiler fills in a JSON name; the text need not have one.
            _ if field.name() == "json_name" && !written.has_field(&field) => {}
            // What a name of the text refers to, the text does not say.
            _ if field.name() == "type"
                && !written.has_field(&field)
                && written.has_field_by_name("type_name") => {}
            (Value::String(was), Value::String(is)) if !was.is_empty() && NAMES.contains(&field.name()) => {
                let whole = format!(".{}", was.trim_start_matches('.'));
                if !(is == &whole || is.ends_with(&whole)) {
                    return differs();
                }
            }
            (Value::List(was), Value::List(is)) => {
                let (was, is) = (in_order(was), in_order(is));
                if was.len() != is.len() {
                    return Err(format!("`{}` of {at} are more or less", field.name()));
                }
                for pair in was.into_iter().zip(is) {
                    match pair {
                        (Value::Message(was), Value::Message(is)) => compare(was, is, &shown(was, at))?,
                        (was, is) if was != is => return differs(),
                        _ => {}
                    }
                }
            }
            (Value::Message(was), Value::Message(is)) => compare(was, is, at)?,
            (was, is) if was != is => return differs(),
            _ => {}
        }
    }
    options(written, said, at)
}

/// Messages by their names: compilers may put the entries of maps elsewhere. What has no name keeps its place.
fn in_order(list: &[Value]) -> Vec<&Value> {
    let mut list: Vec<&Value> = list.iter().collect();
    let is_message = |value: &&Value| {
        value.as_message().is_some_and(|message| message.descriptor().name() == "DescriptorProto")
    };
    if list.iter().all(is_message) {
        list.sort_by_key(|value| value.as_message().map(|message| text(message, "name")));
    }
    list
}

fn shown(declared: &DynamicMessage, at: &str) -> String {
    let name = match declared.descriptor().get_field_by_name("name") {
        Some(_) => text(declared, "name"),
        None => String::new(),
    };
    if name.is_empty() { at.to_owned() } else { format!("`{name}`") }
}

/// Every option of the text is one of the set, with its value, and there are as many. Custom options are left out.
fn options(written: &DynamicMessage, of: &DynamicMessage, at: &str) -> Result<(), String> {
    if written.descriptor().get_field_by_name("options").is_none() {
        return Ok(());
    }
    let (Some(written), Some(said)) = (written.get_field_by_name("options"), of.get_field_by_name("options"))
    else {
        return Ok(());
    };
    let (Some(written), Some(said)) = (written.as_message(), said.as_message()) else { return Ok(()) };
    let list = written.get_field_by_name("uninterpreted_option");
    for (field, value) in written.fields().filter(|(field, _)| field.name() != "uninterpreted_option") {
        if said.get_field(&field).as_ref() != value {
            return Err(format!("the option `{}` of {at} has another value", field.name()));
        }
    }
    let default = of.has_field_by_name(DEFAULT).then(|| text(of, DEFAULT));
    let mut count = leaves(written);
    let mut has_default = false;
    for option in list.iter().filter_map(|list| list.as_list()).flatten().filter_map(Value::as_message) {
        let parts = option.get_field_by_name("name");
        let parts: Vec<&DynamicMessage> =
            parts.iter().filter_map(|list| list.as_list()).flatten().filter_map(Value::as_message).collect();
        let is_custom = |part: &&DynamicMessage| {
            part.get_field_by_name("is_extension").and_then(|value| value.as_bool()).unwrap_or_default()
        };
        if parts.iter().any(is_custom) {
            continue;
        }
        let path: Vec<String> = parts.iter().map(|part| text(part, "name_part")).collect();
        if path == [DEFAULT] {
            has_default = true;
            if !default.as_ref().is_some_and(|said| is_default(said, option)) {
                return Err(format!("the default value of {at} is another one"));
            }
            continue;
        }
        if !holds(said, &path, option) {
            return Err(format!("the option `{}` of {at} has another value", path.join(".")));
        }
        count += 1;
    }
    if has_default != default.is_some() {
        return Err(format!("the default value of {at} is another one"));
    }
    if count == leaves(said) { Ok(()) } else { Err(format!("the options of {at} are more or less")) }
}

/// Whether a default value is the one that the text writes.
fn is_default(said: &str, option: &DynamicMessage) -> bool {
    let value = |name: &str| option.get_field_by_name(name).filter(|_| option.has_field_by_name(name));
    if let Some(word) = value("identifier_value") {
        return word.as_str() == Some(said);
    }
    if let Some(string) = value("string_value") {
        // Bytes are escaped in descriptors; the escapes of C and of Rust differ only beyond the printable ones.
        let bytes = string.as_bytes().map(|bytes| bytes.to_vec()).unwrap_or_default();
        return bytes == said.as_bytes() || bytes.escape_ascii().to_string() == said;
    }
    let number = value("positive_int_value").and_then(|value| value.as_u64().map(|value| value.to_string()));
    let number = number
        .or_else(|| {
            value("negative_int_value").and_then(|value| value.as_i64().map(|value| value.to_string()))
        })
        .or_else(|| value("double_value").and_then(|value| value.as_f64().map(|value| value.to_string())));
    number.is_some_and(|number| {
        let as_real = |text: &str| text.parse::<f64>().ok();
        number == said || (as_real(&number).is_some() && as_real(&number) == as_real(said))
    })
}

/// How many options are set, those of features one by one.
fn leaves(options: &DynamicMessage) -> usize {
    let each = options.fields().filter(|(field, _)| field.name() != "uninterpreted_option");
    each.map(|(_, value)| value.as_message().map_or(1, leaves)).sum()
}

/// Whether the option with this name has the value that the text writes.
fn holds(options: &DynamicMessage, path: &[String], option: &DynamicMessage) -> bool {
    let Some((name, rest)) = path.split_first() else { return false };
    let Some(field) = options.descriptor().get_field_by_name(name) else { return false };
    if !options.has_field(&field) {
        return false;
    }
    let value = options.get_field(&field);
    if let (Value::Message(inner), false) = (value.as_ref(), rest.is_empty()) {
        return holds(inner, rest, option);
    }
    let word = text(option, "identifier_value");
    match value.as_ref() {
        Value::Bool(value) => word == value.to_string(),
        Value::EnumNumber(number) => field
            .kind()
            .as_enum()
            .and_then(|kind| kind.get_value_by_name(&word))
            .is_some_and(|value| value.number() == *number),
        Value::String(value) => option
            .get_field_by_name("string_value")
            .is_some_and(|text| text.as_bytes().is_some_and(|text| text.as_ref() == value.as_bytes())),
        // No other kind of option is declared for files, messages, fields, enums, services and methods.
        _ => false,
    }
}
