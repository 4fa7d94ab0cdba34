//! Whether a scenario file fits the protos: every method, every field, every value, each with its place.

use policy::{Document, PolicyError};
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::file::{Scenario, ScenarioFile};

/// The first thing in which a file does not fit the protos.
pub(super) fn check_file(
    file: &ScenarioFile,
    document: &Document,
    pool: &DescriptorPool,
) -> Result<(), PolicyError> {
    if pool.get_service_by_name(&file.service).is_none() {
        let message = format!("the protos have no service `{}`", file.service);
        return Err(document.error_at("service", message));
    }
    let scenarios = file.scenarios.iter().enumerate();
    scenarios.into_iter().try_for_each(|(index, scenario)| {
        check_scenario(file, scenario, pool)
            .map_err(|(at, fault)| document.error_at(&format!("scenarios[{index}].{at}"), fault))
    })
}

/// What in a scenario does not fit the protos: its path and what is wrong there.
pub(super) fn check_scenario(
    file: &ScenarioFile,
    scenario: &Scenario,
    pool: &DescriptorPool,
) -> Result<(), (String, String)> {
    let at = |key: &str, fault: String| (key.to_owned(), fault);
    let method =
        service::method(pool, &file.method(scenario)).map_err(|error| at("rpc", error.to_string()))?;
    check_message("request", &scenario.request, &method.input())?;
    let expect = &scenario.expect;
    let Some(code) = service::parse_code(&expect.status) else {
        return Err(at("expect.status", format!("`{}` is no status code of gRPC", expect.status)));
    };
    if code != service::Code::Ok && (expect.response.is_some() || !expect.checks.is_empty()) {
        return Err(at("expect", format!("{} comes without a response", expect.status)));
    }
    if let Some(response) = &expect.response {
        check_message("expect.response", response, &method.output())?;
    }
    for (index, check) in expect.checks.iter().enumerate() {
        if let Some((key, fault)) = check.fault(&method.output()) {
            return Err((format!("expect.checks[{index}].{}.{key}", check.key()), fault));
        }
    }
    Ok(())
}

fn check_message(at: &str, json: &Value, message: &MessageDescriptor) -> Result<(), (String, String)> {
    if is_written_specially(message) {
        return fits(at, json, message);
    }
    let Value::Object(fields) = json else {
        return Err((at.to_owned(), format!("a `{}` is written as a map", message.full_name())));
    };
    for (name, value) in fields {
        let at = format!("{at}{}", step(name));
        let field = message
            .get_field_by_name(name)
            .ok_or_else(|| (at.clone(), format!("`{}` has no field `{name}`", message.full_name())))?;
        check_field(&at, value, &field)?;
    }
    Ok(())
}

fn check_field(at: &str, json: &Value, field: &FieldDescriptor) -> Result<(), (String, String)> {
    match (json, field.kind()) {
        (Value::Null, _) => Ok(()),
        (Value::Object(entries), Kind::Message(entry)) if field.is_map() => {
            let value = entry.map_entry_value_field();
            for (key, json) in entries {
                check_field(&format!("{at}{}", step(key)), json, &value)?;
            }
            alone(at, json, field)
        }
        (Value::Array(items), Kind::Message(message)) if field.is_list() => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(index, item)| check_message(&format!("{at}[{index}]"), item, &message))
        }
        (_, Kind::Message(message)) if !field.is_list() && !field.is_map() => {
            check_message(at, json, &message)
        }
        _ => alone(at, json, field),
    }
}

/// Whether a value can be read as a field by itself.
fn alone(at: &str, json: &Value, field: &FieldDescriptor) -> Result<(), (String, String)> {
    let message = Value::Object(Map::from_iter([(field.name().to_owned(), json.clone())]));
    fits(at, &message, field.parent_message())
}

fn fits(at: &str, json: &Value, message: &MessageDescriptor) -> Result<(), (String, String)> {
    DynamicMessage::deserialize(message.clone(), json.clone())
        .map(drop)
        .map_err(|error| (at.to_owned(), error.to_string()))
}

/// Whether proto JSON writes a message otherwise than as a map of its fields: times, wrappers, structs.
pub(super) fn is_written_specially(message: &MessageDescriptor) -> bool {
    message.package_name() == "google.protobuf" && message.name() != "Empty"
}

/// A step down to a key, as places are written.
fn step(key: &str) -> String {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"']);
    if plain { format!(".{key}") } else { format!("[\"{key}\"]") }
}
