//! Whether a message that travelled as proto JSON still says the same, however its numbers and enums are written.

use prost_reflect::{DynamicMessage, SerializeOptions};
use serde_json::{Number, Value};

use super::verdict::Verdict;

/// A value in the two ways in which proto JSON may write it: enums by their names, and by their numbers.
#[derive(Clone, Copy)]
struct Written<'a> {
    names: &'a Value,
    numbers: &'a Value,
}

/// What became of a message that was read into another type. Proto JSON carries names, so what counts is what it says,
/// not which numbers its fields have; 64-bit integers are texts in it and are integers all the same.
pub(super) fn compare(sent: &DynamicMessage, arrived: &DynamicMessage) -> Result<Verdict, serde_json::Error> {
    let (sent, arrived) = (forms(sent)?, forms(arrived)?);
    Ok(of(written(&sent), written(&arrived)))
}

fn forms(message: &DynamicMessage) -> Result<[Value; 2], serde_json::Error> {
    let form = |numbers: bool| {
        let options = SerializeOptions::new().use_enum_numbers(numbers);
        message.serialize_with_options(serde_json::value::Serializer, &options)
    };
    Ok([form(false)?, form(true)?])
}

fn written([names, numbers]: &[Value; 2]) -> Written<'_> {
    Written { names, numbers }
}

fn of(sent: Written<'_>, arrived: Written<'_>) -> Verdict {
    match (sent.names, arrived.names) {
        (Value::Object(fields), Value::Object(others)) => {
            let kept = fields.keys().map(|key| match arrived.step(key) {
                Some(other) => sent.step(key).map_or(Verdict::Lossy, |sent| of(sent, other)),
                None => Verdict::Lost,
            });
            let added = others.keys().any(|key| !fields.contains_key(key));
            kept.chain(added.then_some(Verdict::Lossy)).max().unwrap_or(Verdict::Identical)
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => {
            let each = (0..items.len()).map(|index| match (sent.item(index), arrived.item(index)) {
                (Some(sent), Some(arrived)) => of(sent, arrived),
                _ => Verdict::Lossy,
            });
            each.max().unwrap_or(Verdict::Identical)
        }
        (a, b) if is_same(a, b) || is_same(sent.numbers, arrived.numbers) => Verdict::Identical,
        _ => Verdict::Lossy,
    }
}

impl<'a> Written<'a> {
    fn step(self, key: &str) -> Option<Written<'a>> {
        Some(Written { names: self.names.get(key)?, numbers: self.numbers.get(key)? })
    }

    fn item(self, index: usize) -> Option<Written<'a>> {
        Some(Written { names: self.names.get(index)?, numbers: self.numbers.get(index)? })
    }
}

/// Whether two single values are the same: texts as texts, numbers as numbers, whichever of them is quoted.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (integer(a), integer(b)) {
            (None, None) => a.as_f64() == b.as_f64(),
            (a, b) => a == b,
        },
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            integer(number).is_some_and(|number| number.to_string() == *text)
        }
        (a, b) => a == b,
    }
}

/// A number without a fraction, exactly.
fn integer(number: &Number) -> Option<i128> {
    if let Some(number) = number.as_i128() {
        return Some(number);
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e38)?;
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is less than 2^127")]
    Some(float as i128)
}
