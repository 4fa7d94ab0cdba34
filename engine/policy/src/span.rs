//! A length of time as a file of the user writes it, with its unit.

use std::fmt;
use std::time::Duration;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// A length of time as the policy and scenario files write it: `250ms`, `5s`, `10m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

/// The longest time that may be written.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let split = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let wrong = || format!("`{text}` is no time; write it as in `250ms`, `5s` or `10m`");
        if unit.is_empty() && !number.is_empty() {
            return Err(without_unit(&text));
        }
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let milliseconds = match unit {
            "ms" => Some(number),
            "s" => number.checked_mul(1_000),
            "m" => number.checked_mul(60_000),
            _ => return Err(wrong()),
        };
        match milliseconds.map(Duration::from_millis) {
            Some(span) if span <= LONGEST && !span.is_zero() => Ok(Span(span)),
            _ => Err(format!("`{text}` is not between 1ms and 24 hours")),
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

/// Reads a time, and says of a bare number what it lacks.
struct Text;

impl Visitor<'_> for Text {
    type Value = Span;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a time, as in `250ms`, `5s` or `10m`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
        Span::try_from(text.to_owned()).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Span, E> {
        Err(E::custom(without_unit(&number.to_string())))
    }
}

fn without_unit(number: &str) -> String {
    format!("`{number}` is no time: write it with its unit, as in `{number}ms`")
}
