//! A value as it was read, with the mark by which its place is found again.

use crate::path::{Path, Step};

/// Which value of which source: the number that the value has when the document is walked from the top, keys
/// counted too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Index into the sources of the document.
    pub(crate) source: u8,
    /// Counted from 0.
    pub(crate) number: u32,
}

/// A value and where it stands. Equality looks at the values only.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// Of the key.
    pub(crate) mark: Mark,
    pub(crate) value: Node,
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.value == other.value
    }
}

/// The order of a map's keys says nothing.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (Value::Integer(one), Value::Integer(other)) => one == other,
            (Value::Float(one), Value::Float(other)) => one == other,
            (Value::Text(one), Value::Text(other)) => one == other,
            (Value::List(one), Value::List(other)) => one == other,
            (Value::Map(one), Value::Map(other)) => {
                let same =
                    |entry: &Entry| other.iter().any(|it| it.key == entry.key && it.value == entry.value);
                one.len() == other.len() && one.iter().all(same)
            }
            _ => false,
        }
    }
}

impl Node {
    /// The value of a document that is not there.
    pub(crate) fn absent() -> Node {
        Node { mark: Mark { source: 0, number: 0 }, value: Value::Null }
    }

    /// The path from here of the value or key that has a mark, from the path of this value.
    pub(crate) fn path_to(&self, mark: Mark, here: &Path) -> Option<Path> {
        if self.mark == mark {
            return Some(here.clone());
        }
        match &self.value {
            Value::Map(entries) => entries.iter().find_map(|entry| {
                let below = here.key(&entry.key);
                if entry.mark == mark { Some(below) } else { entry.value.path_to(mark, &below) }
            }),
            Value::List(items) => {
                items.iter().enumerate().find_map(|(at, item)| item.path_to(mark, &here.item(at)))
            }
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value of a key, where this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// A key with its value, where this is a map that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries of a map; of anything else, none.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; of anything else, none.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Takes out what stands at a path, if anything does.
    pub(crate) fn remove(&mut self, path: &[Step]) {
        match (path, &mut self.value) {
            ([Step::Key(key)], Value::Map(entries)) => entries.retain(|entry| entry.key != *key),
            ([Step::Item(index)], Value::List(items)) if *index < items.len() => drop(items.remove(*index)),
            ([Step::Key(key), rest @ ..], Value::Map(entries)) => {
                for entry in entries.iter_mut().filter(|entry| entry.key == *key) {
                    entry.value.remove(rest);
                }
            }
            ([Step::Item(index), rest @ ..], Value::List(items)) => {
                if let Some(item) = items.get_mut(*index) {
                    item.remove(rest);
                }
            }
            _ => {}
        }
    }

    /// The same value without the keys that say nothing: `exclude:` alone is as good as no `exclude`.
    pub(crate) fn without_nulls(self) -> Node {
        let value = match self.value {
            Value::List(items) => Value::List(items.into_iter().map(Node::without_nulls).collect()),
            Value::Map(entries) => {
                let said = entries.into_iter().filter(|entry| !entry.value.is_null());
                Value::Map(said.map(|entry| Entry { value: entry.value.without_nulls(), ..entry }).collect())
            }
            plain => plain,
        };
        Node { value, ..self }
    }

    /// The same value with the marks of another source.
    pub(crate) fn shifted(&self, by: u8) -> Node {
        let shift = |mark: Mark| Mark { source: mark.source.saturating_add(by), ..mark };
        let value = match &self.value {
            Value::List(items) => Value::List(items.iter().map(|item| item.shifted(by)).collect()),
            Value::Map(entries) => {
                let entry = |entry: &Entry| Entry {
                    key: entry.key.clone(),
                    mark: shift(entry.mark),
                    value: entry.value.shifted(by),
                };
                Value::Map(entries.iter().map(entry).collect())
            }
            plain => plain.clone(),
        };
        Node { mark: shift(self.mark), value }
    }

    /// The value as flow YAML on one line, for people to read.
    pub(crate) fn on_one_line(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Value::List(items) => {
                format!("[{}]", items.iter().map(Node::on_one_line).collect::<Vec<_>>().join(", "))
            }
            Value::Map(entries) => {
                let entry = |entry: &Entry| format!("{}: {}", entry.key, entry.value.on_one_line());
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
