//! TOML files as data: what they let pass that they did not let pass.

mod cargo;
mod tools;

use serde_json::Value;
use toml_edit::{DocumentMut, Item};

pub(crate) use cargo::{disabled_targets, lowered};
pub(crate) use tools::{cargo_config, clippy, deny};

/// One setting that became looser.
#[derive(Clone, Debug)]
pub(crate) struct Loosened {
    /// The key, from the top of the file.
    pub(crate) key: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// Reads a TOML file. The error says why it is none.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let document = text.parse::<DocumentMut>().map_err(|error| error.message().trim().to_owned())?;
    Ok(value(document.as_item()))
}

fn value(item: &Item) -> Value {
    match item {
        Item::None => Value::Null,
        Item::Value(plain) => of_value(plain),
        Item::Table(table) => {
            Value::Object(table.iter().map(|(key, item)| (key.to_owned(), value(item))).collect())
        }
        Item::ArrayOfTables(tables) => Value::Array(
            tables
                .iter()
                .map(|table| {
                    Value::Object(table.iter().map(|(key, item)| (key.to_owned(), value(item))).collect())
                })
                .collect(),
        ),
    }
}

fn of_value(plain: &toml_edit::Value) -> Value {
    match plain {
        toml_edit::Value::String(text) => Value::from(text.value().as_str()),
        toml_edit::Value::Integer(number) => Value::from(*number.value()),
        toml_edit::Value::Float(number) => Value::from(*number.value()),
        toml_edit::Value::Boolean(flag) => Value::from(*flag.value()),
        toml_edit::Value::Datetime(time) => Value::from(time.value().to_string()),
        toml_edit::Value::Array(items) => Value::Array(items.iter().map(of_value).collect()),
        toml_edit::Value::InlineTable(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.to_owned(), of_value(value))).collect())
        }
    }
}

/// The entries of a list, as text.
fn entries(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
