//! A line of a file of records, as JSON: no key twice, no value of a kind that no feature has.
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::value::Value;

/// A line: whose record it is, when its values were computed, and the values.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) at: u64,
    pub(crate) values: BTreeMap<String, Value>,
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
        let (mut id, mut at, mut values) = (None, None, BTreeMap::new());
        while let Some(key) = map.next_key::<String>()? {
            let again = match key.as_str() {
                "id" => id.replace(map.next_value()?).is_some(),
                "at" => at.replace(map.next_value()?).is_some(),
                _ => values.insert(key.clone(), map.next_value::<Json>()?.0).is_some(),
            };
            if again {
                return Err(A::Error::custom(format!("`{key}` stands here a second time")));
            }
        }
        let id = id.ok_or_else(|| A::Error::missing_field("id"))?;
        let at = at.ok_or_else(|| A::Error::missing_field("at"))?;
        Ok(Line { id, at, values })
    }
}

/// A value that came as JSON.
struct Json(Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor).map(Self)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false, a number, a text, a list of texts or an object of numbers")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Flag(flag))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element()? {
            texts.push(text);
        }
        Ok(Value::Texts(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut weights = BTreeMap::new();
        while let Some((name, number)) = map.next_entry::<String, f64>()? {
            if weights.insert(name.clone(), number).is_some() {
                return Err(A::Error::custom(format!("`{name}` stands here a second time")));
            }
        }
        Ok(Value::Weights(weights))
    }
}
