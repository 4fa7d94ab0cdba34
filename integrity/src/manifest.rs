//! Manifests and other TOML as plain values, and the features of a package.

use std::collections::BTreeSet;

use serde_json::Value;
use source::Tree;
use toml_edit::{DocumentMut, Item};

/// Reads a TOML file. The error says why it is none.
pub(crate) fn read(text: &str) -> Result<Value, String> {
    let document = text.parse::<DocumentMut>().map_err(|error| match source::conflict(text) {
        Some((_, message)) => message,
        None => error.message().trim().to_owned(),
    })?;
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

/// The manifest of the package that a file belongs to.
pub(crate) fn above(tree: &Tree, path: &str) -> Option<String> {
    let mut dir = path;
    loop {
        dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
        let manifest = if dir.is_empty() { "Cargo.toml".to_owned() } else { format!("{dir}/Cargo.toml") };
        if tree.contains(&manifest) {
            return Some(manifest);
        }
        if dir.is_empty() {
            return None;
        }
    }
}

/// Whether a package has a feature of this name, or an optional dependency.
pub(crate) fn declares(manifest: &Value, name: &str) -> bool {
    let optional =
        |table: &str| manifest.pointer(&format!("/{table}/{name}/optional")) == Some(&Value::Bool(true));
    manifest.get("features").and_then(|features| features.get(name)).is_some() || optional("dependencies")
}

/// Whether the default features of a package switch on a feature, directly or through others.
pub(crate) fn in_default(manifest: &Value, name: &str) -> bool {
    reached_by_default(manifest).contains(name)
}

/// What the default features of a package switch on, themselves included.
pub(crate) fn reached_by_default(manifest: &Value) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let Some(features) = manifest.get("features") else { return seen };
    let mut open = vec!["default".to_owned()];
    while let Some(next) = open.pop() {
        if seen.contains(&next) {
            continue;
        }
        if let Some(Value::Array(items)) = features.get(&next) {
            open.extend(items.iter().filter_map(Value::as_str).map(|item| {
                item.strip_prefix("dep:").unwrap_or(item).split(['/', '?']).next().unwrap_or(item).to_owned()
            }));
        }
        seen.insert(next);
    }
    seen
}
