//! From text to nodes: the one place where the YAML parser is called.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Entry, Mark, Node, Source, Value};
use crate::PolicyError;

/// The largest YAML file that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// How deep lists and maps may stand in each other.
pub const MAX_DEPTH: usize = 64;

/// How many values and keys a file may have once its aliases are written out.
pub const MAX_VALUES: u32 = 250_000;

/// Reads a file as nodes. An empty file reads as null.
pub(crate) fn read(source: &Arc<Source>) -> Result<Node, PolicyError> {
    nodes(source).map_err(|error| match ::source::conflict(&source.text) {
        Some((line, message)) => {
            let message = format!("failed to read the file: {message}");
            PolicyError::new(&source.file, message).at(Some((line, 1)))
        }
        None => error,
    })
}

fn nodes(source: &Arc<Source>) -> Result<Node, PolicyError> {
    let error =
        |message: String| PolicyError::new(&source.file, format!("failed to read the file: {message}"));
    if source.text.len() > MAX_BYTES {
        return Err(error(format!(
            "it has {} bytes, more than the {MAX_BYTES} that are read",
            source.text.len()
        )));
    }
    if let Some(place) = too_deep(&source.text) {
        return Err(
            error(format!("lists and maps stand more than {MAX_DEPTH} deep in each other")).at(Some(place))
        );
    }
    let count = Cell::new(0);
    let twice = Cell::new(None);
    let seed = NodeSeed { count: &count, twice: &twice, depth: 0 };
    match seed.deserialize(serde_yaml::Deserializer::from_str(&source.text)) {
        Ok(node) => Ok(node),
        // A file of comments only has no value either.
        Err(_) if blank(&source.text) => Ok(Node::absent()),
        Err(fault) => {
            let place = fault.location().map(|at| (at.line() as u32, at.column() as u32));
            let first = twice.get().and_then(|number| source.locate(Mark { source: 0, number }));
            let first = first.map(|(line, _)| format!(", first in line {line}")).unwrap_or_default();
            Err(error(plain(&fault) + &first).at(place))
        }
    }
}

/// Why a text is no YAML, whatever it may mean: files of other programs have tags, merge keys and several documents.
pub fn no_yaml(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES || too_deep(text).is_some() {
        return None;
    }
    let mut documents = serde_yaml::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    documents.find_map(|document| de::IgnoredAny::deserialize(document).err()).map(|fault| fault.to_string())
}

/// What the parser says, without the place, which is said in front, and without a path that nobody can read.
fn plain(fault: &serde_yaml::Error) -> String {
    let mut text = fault.to_string();
    if let Some(at) = fault.location() {
        text = text.replacen(&format!(" at line {} column {}", at.line(), at.column()), "", 1);
    }
    match text.split_once(": ") {
        Some((path, rest)) if path.len() > 80 => rest.to_owned(),
        _ if text == "repetition limit exceeded" => "aliases are repeated too often".to_owned(),
        _ => text,
    }
}

fn blank(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim_start_matches('\u{feff}').trim();
        line.is_empty() || line.starts_with('#') || line == "---"
    })
}

/// Where open brackets pass every sensible depth. The parser reads a whole document before it looks at its depth,
/// in quadratic time, so this is asked first. Brackets in texts count too: nobody has a thousand open ones.
fn too_deep(text: &str) -> Option<(u32, u32)> {
    const OPEN: u32 = 1000;
    let mut open = 0_u32;
    for (line, content) in text.lines().enumerate() {
        for (column, letter) in content.chars().enumerate() {
            match letter {
                '[' | '{' => open += 1,
                ']' | '}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > OPEN {
                return Some((line as u32 + 1, column as u32 + 1));
            }
        }
    }
    None
}

/// Reads one value, counting.
#[derive(Clone, Copy)]
struct NodeSeed<'a> {
    count: &'a Cell<u32>,
    /// The number of the key that another one repeats, where one does.
    twice: &'a Cell<Option<u32>>,
    depth: usize,
}

impl NodeSeed<'_> {
    fn next(&self) -> Mark {
        let number = self.count.get();
        self.count.set(number + 1);
        Mark { source: 0, number }
    }

    fn deeper<E: de::Error>(&self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!(
                "lists and maps stand more than {MAX_DEPTH} deep in each other"
            )));
        }
        Ok(NodeSeed { depth: self.depth + 1, ..*self })
    }

    fn room<E: de::Error>(&self) -> Result<(), E> {
        if self.count.get() >= MAX_VALUES {
            return Err(E::custom(format_args!("more than {MAX_VALUES} values, with aliases written out")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.room()?;
        let mark = self.next();
        let value = deserializer.deserialize_any(ValueVisitor(self))?;
        Ok(Node { mark, value })
    }
}

struct ValueVisitor<'a>(NodeSeed<'a>);

impl<'de> Visitor<'de> for ValueVisitor<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Value, E> {
        i128::try_from(value).map(Value::Integer).map_err(|_| E::custom("the number is too large"))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let seed = self.0.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(seed)? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let seed = self.0.deeper()?;
        let mut seen = BTreeMap::new();
        let mut entries = Vec::new();
        while let Some((key, mark)) = map.next_key_seed(KeySeed { seed, seen: &mut seen })? {
            let value = map.next_value_seed(seed)?;
            entries.push(Entry { key, mark, value });
        }
        Ok(Value::Map(entries))
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, _: A) -> Result<Value, A::Error> {
        Err(de::Error::custom("tags such as `!word` are not read"))
    }
}

/// Reads a key, which must be new in its map.
struct KeySeed<'a, 's> {
    seed: NodeSeed<'a>,
    seen: &'s mut BTreeMap<String, u32>,
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_, '_> {
    type Value = (String, Mark);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.seed.room()?;
        let mark = self.seed.next();
        let (seen, twice) = (self.seen, self.seed.twice);
        let key = deserializer.deserialize_any(KeyVisitor { seen, twice, number: mark.number })?;
        Ok((key, mark))
    }
}

struct KeyVisitor<'a, 's> {
    seen: &'s mut BTreeMap<String, u32>,
    twice: &'a Cell<Option<u32>>,
    number: u32,
}

impl<'de> Visitor<'de> for KeyVisitor<'_, '_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word as key")
    }

    fn visit_bool<E: de::Error>(self, key: bool) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_i64<E: de::Error>(self, key: i64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_u64<E: de::Error>(self, key: u64) -> Result<String, E> {
        self.visit_str(&key.to_string())
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        if key == "<<" {
            return Err(E::custom("merge keys (`<<`) are not read"));
        }
        if let Some(first) = self.seen.insert(key.to_owned(), self.number) {
            self.twice.set(Some(first));
            return Err(E::custom(format_args!("the key `{key}` stands here twice")));
        }
        Ok(key.to_owned())
    }
}
