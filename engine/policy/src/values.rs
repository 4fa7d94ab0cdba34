//! Values that a file writes once under `values` and names where they are meant: `{ $value: three }`.

use std::collections::BTreeMap;

use crate::path::Path;
use crate::yaml::{MAX_VALUES, Node, Value};
use crate::{Document, PolicyError};

/// The section that holds them.
const SECTION: &str = "values";
/// The key that names one.
const NAMED: &str = "$value";

impl Document {
    /// Puts what `values` holds where it is named. Every value keeps its place: what is wrong in one is told where it is
    /// written, not where it is named.
    ///
    /// # Errors
    /// Where a name is none of `values`, something stands beside it, a value names another, or more than 250,000
    /// values come of it.
    pub fn with_values(mut self) -> Result<Document, PolicyError> {
        let values: BTreeMap<String, Node> = match self.root.get(SECTION).map(|node| &node.value) {
            Some(Value::Map(entries)) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
            }
            None | Some(Value::Null) => BTreeMap::new(),
            Some(_) => return Err(self.error_at(SECTION, "it is a map of values by name")),
        };
        let mut root = std::mem::replace(&mut self.root, Node::absent());
        let mut left = MAX_VALUES;
        let fault = match &mut root.value {
            Value::Map(entries) => entries.iter_mut().find_map(|entry| {
                let known = if entry.key == SECTION { None } else { Some(&values) };
                put(&mut entry.value, &Path::default().key(&entry.key), known, &mut left).err()
            }),
            _ => None,
        };
        self.root = root;
        match fault {
            None => Ok(self),
            Some(Fault { path, node, message }) => Err(self.error(&path, Some(node), &message)),
        }
    }
}

struct Fault {
    path: Path,
    node: crate::yaml::Mark,
    message: String,
}

/// Replaces what names a value; `None` where none may be named.
fn put(
    node: &mut Node,
    path: &Path,
    values: Option<&BTreeMap<String, Node>>,
    left: &mut u32,
) -> Result<(), Fault> {
    let mark = node.mark;
    let refused = |message: String| Err(Fault { path: path.clone(), node: mark, message });
    match &mut node.value {
        Value::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                put(item, &path.item(index), values, left)?;
            }
            return Ok(());
        }
        Value::Map(entries) if !entries.iter().any(|entry| entry.key == NAMED) => {
            for entry in entries {
                put(&mut entry.value, &path.key(&entry.key), values, left)?;
            }
            return Ok(());
        }
        Value::Map(entries) if entries.len() > 1 => {
            return refused(format!("nothing stands beside `{NAMED}`"));
        }
        Value::Map(_) => {}
        _ => return Ok(()),
    }
    let Some(values) = values else { return refused("a value names no other value".to_owned()) };
    let Some(Value::Text(name)) = node.get(NAMED).map(|name| &name.value) else {
        return refused(format!("`{NAMED}` names one of `{SECTION}`"));
    };
    let Some(value) = values.get(name) else {
        return refused(format!("`{SECTION}` has no `{name}`"));
    };
    *left = left.saturating_sub(count(value));
    if *left == 0 {
        return refused(format!("more than {MAX_VALUES} values come of `{SECTION}`"));
    }
    *node = value.clone();
    Ok(())
}

/// How many values a value is, itself included.
fn count(node: &Node) -> u32 {
    let below: u32 = match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|entry| count(&entry.value)).sum(),
        _ => 0,
    };
    below.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, String> {
        let document = Document::of_file("a.yaml", text).expect("it is YAML");
        document.with_values().map_err(|error| error.to_string())
    }

    #[test]
    fn a_value_is_put_where_it_is_named_and_keeps_its_place() {
        let text =
            "values:\n  three: [{ id: a }, { id: b }]\nuse:\n  - { items: { $value: three }, limit: 2 }\n";
        let document = read(text).expect("it is read");
        let whole: serde_yaml::Value = document.whole().expect("it has a type");
        assert_eq!(whole["use"][0]["items"][1]["id"], "b");
        assert_eq!(document.locate("use[0].items[1].id"), Some((2, 28)));
        assert_eq!(document.locate("use[0].limit"), Some((4, 40)));
        assert!(read("use: { $values: 1 }").is_ok() && read("").is_ok() && read("values:\n").is_ok());
    }

    #[test]
    fn what_names_nothing_is_refused_where_it_stands() {
        for (text, expected) in [
            ("use: { $value: x }", "a.yaml:1:6: failed to read `use`: `values` has no `x`"),
            ("values: { x: 1 }\nuse: [{ $value: [x] }]", "`$value` names one of `values`"),
            ("values: { x: 1 }\nuse: { $value: x, more: 1 }", "nothing stands beside `$value`"),
            ("values: { x: { $value: y }, y: 1 }", "a value names no other value"),
            ("values: [x]", "it is a map of values by name"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn values_that_grow_without_end_are_refused() {
        let value = "1, ".repeat(2_000);
        let named = "{ $value: x }, ".repeat(2_000);
        let error = read(&format!("values: {{ x: [{value}] }}\nuse: [{named}]")).expect_err("it is too much");
        assert!(error.contains("more than 250000 values"), "{error}");
    }
}
