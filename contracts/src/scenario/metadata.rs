//! What must stand under a name of metadata or trailers.

use expression::{Type, Values};
use prost_reflect::DescriptorPool;
use serde::Deserialize;
use serde_json::Value;

use crate::promise::Misfit;
use crate::statement::Statements;

/// What must stand under a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) enum Sent {
    /// This text, among others perhaps.
    Text(String),
    /// Nothing: written as null.
    Nothing,
    /// One text of which all this holds, in CEL over `value`.
    Holds(Vec<String>),
}

impl TryFrom<Value> for Sent {
    type Error = String;

    fn try_from(value: Value) -> Result<Sent, String> {
        let statements = |list: &[Value]| list.iter().map(|text| text.as_str().map(str::to_owned)).collect();
        let holds = match &value {
            Value::Null => return Ok(Sent::Nothing),
            Value::String(text) => return Ok(Sent::Text(text.clone())),
            Value::Object(map) if map.len() == 1 => match map.get("cel") {
                Some(Value::String(text)) => Some(vec![text.clone()]),
                Some(Value::Array(list)) => statements(list),
                _ => None,
            },
            _ => None,
        };
        holds.map(Sent::Holds).ok_or_else(|| {
            "it is a text, null where nothing may be sent, or `cel` with statements over `value`".to_owned()
        })
    }
}

impl Sent {
    /// Refuses a name that none can be, and statements that are none.
    pub(super) fn check(&self, at: &str, name: &str, pool: &DescriptorPool) -> Result<(), Misfit> {
        let at = format!("{at}[\"{name}\"]");
        let fits =
            |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"-_.".contains(&letter);
        if name.is_empty() || !name.bytes().all(fits) {
            return Err((at, "a name of metadata is lower case, digits, `-`, `_` and `.`".to_owned()));
        }
        self.statements(pool).map(drop).map_err(|(_, fault)| (format!("{at}.cel"), fault))
    }

    fn statements(&self, pool: &DescriptorPool) -> Result<Statements, (usize, String)> {
        let texts = if let Sent::Holds(texts) = self { texts.as_slice() } else { &[] };
        Statements::of_value(texts, Type::Text, pool)
    }

    /// What of it is not so. `what` says of which list the pairs are.
    pub(super) fn failure(
        &self,
        what: &str,
        name: &str,
        pairs: &[(String, String)],
        pool: &DescriptorPool,
    ) -> Option<String> {
        let found: Vec<&str> =
            pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        let got = || found.iter().map(|value| Value::from(*value).to_string()).collect::<Vec<_>>().join(", ");
        match self {
            Sent::Nothing if found.is_empty() => None,
            Sent::Nothing => Some(format!("expected nothing in {what} `{name}`, got {}", got())),
            _ if found.is_empty() => Some(format!("expected {what} `{name}`, got nothing")),
            Sent::Text(text) if found.contains(&text.as_str()) => None,
            Sent::Text(text) => {
                let text = Value::from(text.as_str());
                Some(format!("expected {what} `{name}` to be {text}, got {}", got()))
            }
            Sent::Holds(_) => {
                let statements = match self.statements(pool) {
                    Ok(statements) => statements,
                    Err((_, fault)) => return Some(fault),
                };
                let mut failures = found.iter().map(|value| {
                    let mut values = Values::default();
                    let set = values.set("value", &Value::from(*value));
                    set.err().map_or_else(|| statements.failures(&values), |fault| vec![fault])
                });
                let first = failures.next()?;
                let holds = first.is_empty() || failures.any(|failures| failures.is_empty());
                (!holds).then(|| format!("{what} `{name}` is {}: {}", got(), first.join(" and ")))
            }
        }
    }
}
