//! What a scenario file says of the fields of generated requests.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, Value};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::limits::Limits;
use super::text::{Letters, Pattern};

/// What is allowed of one field, beyond what the protos say or in its place.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct FieldLimits {
    /// Whether it must be set.
    required: bool,
    /// How many items a list or a map has.
    size: Option<Bounds>,
    /// How many characters a text has, or bytes.
    length: Option<Bounds>,
    /// The least number that is allowed.
    min: Option<Json>,
    /// The greatest number that is allowed.
    max: Option<Json>,
    /// Whether numbers are neither infinite nor NaN.
    finite: bool,
    /// Whether no two items are equal, or of messages, in which field they are not.
    unique: Option<Unique>,
    /// The only letters of a text, as within the brackets of a pattern.
    letters: Option<String>,
    /// What a text matches as a whole.
    pattern: Option<String>,
    /// The only values.
    one_of: Option<Vec<Json>>,
    /// Values that are not allowed.
    none_of: Vec<Json>,
    /// Whether an enum's number must have a name.
    defined: bool,
    /// Values that are taken more often than others.
    examples: Vec<Json>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Bounds {
    min: Option<u64>,
    max: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Unique {
    Whole(bool),
    By(String),
}

/// A key and what is wrong with its value.
type Misfit = (&'static str, String);

impl FieldLimits {
    /// Puts what the file says over what the protos say.
    pub(super) fn put_over(&self, limits: &mut Limits, field: &FieldDescriptor) -> Result<(), Misfit> {
        let item = match field.kind() {
            Kind::Message(entry) if field.is_map() => entry.map_entry_value_field(),
            _ => field.clone(),
        };
        self.of_container(limits, field)?;
        self.of_numbers(limits, &item)?;
        self.of_texts(limits, &item)?;
        if self.defined {
            match item.kind() {
                Kind::Enum(_) => limits.defined = true,
                _ => return Err(nothing("defined")),
            }
        }
        let values = |key: &'static str, values: &[Json]| -> Result<Vec<Value>, Misfit> {
            values.iter().map(|json| value_of(&item, json).map_err(|fault| (key, fault))).collect()
        };
        if let Some(listed) = &self.one_of {
            if listed.is_empty() {
                return Err(("one_of", "no value is left".to_owned()));
            }
            limits.one_of = Some(values("one_of", listed)?);
        }
        limits.none_of.extend(values("none_of", &self.none_of)?);
        limits.examples.extend(values("examples", &self.examples)?);
        Ok(())
    }

    fn of_container(&self, limits: &mut Limits, field: &FieldDescriptor) -> Result<(), Misfit> {
        let is_container = field.is_list() || field.is_map();
        if self.required {
            if is_container {
                limits.size.min = Some(limits.size.min.unwrap_or(0).max(1));
            } else if field.supports_presence() {
                limits.required = true;
            } else {
                limits.none_of.push(Value::default_value(&field.kind()));
            }
        }
        if let Some(size) = self.size {
            if !is_container {
                return Err(nothing("size"));
            }
            limits.size.min = size.min.or(limits.size.min);
            limits.size.max = size.max.or(limits.size.max);
            if size.min.zip(size.max).is_some_and(|(min, max)| min > max) {
                return Err(("size", "its `min` is greater than its `max`".to_owned()));
            }
        }
        match &self.unique {
            None => {}
            Some(_) if !field.is_list() => return Err(nothing("unique")),
            Some(Unique::Whole(unique)) => limits.unique = *unique,
            Some(Unique::By(name)) => {
                let Kind::Message(message) = field.kind() else {
                    return Err(("unique", "the items are no messages".to_owned()));
                };
                let by = message.get_field_by_name(name);
                let by = by.ok_or_else(|| ("unique", service::no_field(&message, name)))?;
                limits.unique_by = Some(by);
            }
        }
        Ok(())
    }

    fn of_numbers(&self, limits: &mut Limits, item: &FieldDescriptor) -> Result<(), Misfit> {
        let is_real = matches!(item.kind(), Kind::Double | Kind::Float);
        if self.finite && !is_real {
            return Err(nothing("finite"));
        }
        limits.finite |= self.finite;
        for (key, json, is_min) in [("min", &self.min, true), ("max", &self.max, false)] {
            let Some(json) = json else { continue };
            match value_of(item, json).map_err(|fault| (key, fault))? {
                Value::F64(number) => *real_end(limits, is_min) = Some(number),
                Value::F32(number) => *real_end(limits, is_min) = Some(f64::from(number)),
                Value::I32(number) => *whole_end(limits, is_min) = Some(i128::from(number)),
                Value::I64(number) => *whole_end(limits, is_min) = Some(i128::from(number)),
                Value::U32(number) => *whole_end(limits, is_min) = Some(i128::from(number)),
                Value::U64(number) => *whole_end(limits, is_min) = Some(i128::from(number)),
                _ => return Err(nothing(key)),
            }
        }
        let crossed = matches!((limits.whole.min, limits.whole.max), (Some(min), Some(max)) if min > max)
            || matches!((limits.real.min, limits.real.max), (Some(min), Some(max)) if min > max);
        if crossed { Err(("min", "`min` is greater than `max`".to_owned())) } else { Ok(()) }
    }

    fn of_texts(&self, limits: &mut Limits, item: &FieldDescriptor) -> Result<(), Misfit> {
        let (is_text, is_bytes) = (item.kind() == Kind::String, item.kind() == Kind::Bytes);
        if let Some(length) = self.length {
            if !is_text && !is_bytes {
                return Err(nothing("length"));
            }
            limits.length.min = length.min.or(limits.length.min);
            limits.length.max = length.max.or(limits.length.max);
            if length.min.zip(length.max).is_some_and(|(min, max)| min > max) {
                return Err(("length", "its `min` is greater than its `max`".to_owned()));
            }
        }
        for (key, is_there) in [("letters", self.letters.is_some()), ("pattern", self.pattern.is_some())] {
            if is_there && !is_text {
                return Err(nothing(key));
            }
        }
        if let Some(letters) = &self.letters {
            limits.letters = Some(Letters::read(letters).map_err(|fault| ("letters", fault))?);
        }
        if let Some(pattern) = &self.pattern {
            limits.patterns = vec![Pattern::read_whole(pattern).map_err(|fault| ("pattern", fault))?];
        }
        Ok(())
    }
}

fn nothing(key: &'static str) -> Misfit {
    (key, format!("`{key}` says nothing of values of this type"))
}

fn real_end(limits: &mut Limits, is_min: bool) -> &mut Option<f64> {
    if is_min { &mut limits.real.min } else { &mut limits.real.max }
}

fn whole_end(limits: &mut Limits, is_min: bool) -> &mut Option<i128> {
    if is_min { &mut limits.whole.min } else { &mut limits.whole.max }
}

/// One value of a field, or one item of a list, from proto JSON.
fn value_of(field: &FieldDescriptor, json: &Json) -> Result<Value, String> {
    let json = if field.is_list() { Json::Array(vec![json.clone()]) } else { json.clone() };
    let message = Json::Object(Map::from_iter([(field.name().to_owned(), json)]));
    let message = DynamicMessage::deserialize(field.parent_message().clone(), message)
        .map_err(|error| error.to_string())?;
    match message.get_field(field).into_owned() {
        Value::List(mut items) => items.pop().ok_or_else(|| "it is no value".to_owned()),
        value => Ok(value),
    }
}
