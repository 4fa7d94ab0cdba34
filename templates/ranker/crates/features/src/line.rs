//! A line of a file of records, as JSON: no key twice, no value of a kind that no feature has.
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::value::Value;

/// A line: whose record it is, when its values were computed, and the values; `None` for `null`.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) at: u64,
    pub(crate) times: BTreeMap<String, u64>,
    pub(crate) values: BTreeMap<String, Option<Value>>,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LineVisitor)
    }
}

struct LineVisitor;

impl<'de> Visitor<'de> for LineVisitor {
    type Value = Line;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `id`, `at` and features")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line, A::Error> {
        let (mut id, mut at, mut times, mut values) = (None, None, None, BTreeMap::new());
        while let Some(key) = map.next_key::<String>()? {
            let again = match key.as_str() {
                "id" => id.replace(map.next_value()?).is_some(),
                "at" => at.replace(map.next_value()?).is_some(),
                "times" => times.replace(map.next_value::<Unique<u64>>()?.0).is_some(),
                _ => values.insert(key.clone(), map.next_value::<Json>()?.0).is_some(),
            };
            if again {
                return Err(A::Error::custom(format!("`{key}` stands here a second time")));
            }
        }
        let id = id.ok_or_else(|| A::Error::missing_field("id"))?;
        let at = at.ok_or_else(|| A::Error::missing_field("at"))?;
        Ok(Line { id, at, times: times.unwrap_or_default(), values })
    }
}

/// A value that came as JSON; `None` for `null`.
struct Json(Option<Value>);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor).map(Self)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, true or false, a number, a text, a list of texts or an object of numbers")
    }

    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Option<Value>, E> {
        Ok(Some(Value::Flag(flag)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Option<Value>, E> {
        Ok(Some(Value::Number(number)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Option<Value>, E> {
        Ok(Some(Value::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Option<Value>, E> {
        Ok(Some(Value::Number(number as f64)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        Ok(Some(Value::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Value>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(Some(Value::Texts(texts)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<Value>, A::Error> {
        unique(map).map(|weights| Some(Value::Weights(weights)))
    }
}

/// An object that names nothing twice.
struct Unique<T>(BTreeMap<String, T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Unique<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueVisitor(PhantomData)).map(Self)
    }
}

struct UniqueVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for UniqueVisitor<T> {
    type Value = BTreeMap<String, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of times")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BTreeMap<String, T>, A::Error> {
        unique(map)
    }
}

fn unique<'de, T: Deserialize<'de>, A: MapAccess<'de>>(mut map: A) -> Result<BTreeMap<String, T>, A::Error> {
    let mut entries = BTreeMap::new();
    while let Some((name, value)) = map.next_entry::<String, T>()? {
        if entries.insert(name.clone(), value).is_some() {
            return Err(A::Error::custom(format!("`{name}` stands here a second time")));
        }
    }
    Ok(entries)
}
