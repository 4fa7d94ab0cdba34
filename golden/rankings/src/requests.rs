//! The requests of a corpus: `requests.jsonl`, one case a line, in any order.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::digest;
use crate::lines::{Refusal, check_id, lines};

/// The requests of a corpus as they stand in their file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requests {
    /// In the order of the file; every id once.
    pub cases: Vec<Case>,
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Identifier within the corpus, for instance `cold-start/003`.
    pub id: String,
    /// The kind of viewer or situation that it stands for.
    pub segment: String,
    /// The message as proto JSON.
    pub request: Value,
    /// Its line in the file, from 1.
    pub line: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    segment: String,
    request: Value,
}

impl Requests {
    /// Reads the file. Refuses a line that is not a case, a repeated id and a file that was cut off.
    pub fn parse(text: &str) -> Result<Requests, Refusal> {
        let mut cases = Vec::new();
        let mut seen: HashMap<String, u32> = HashMap::new();
        for (number, line) in lines(text)? {
            let read: Line = serde_json::from_str(line).map_err(|error| Refusal::json(number, &error))?;
            check_id(number, &read.id)?;
            check_id(number, &read.segment)?;
            if let Some(first) = seen.insert(read.id.clone(), number) {
                return Err(Refusal::at(number, format!("`{}` already stands on line {first}", read.id)));
            }
            cases.push(Case { id: read.id, segment: read.segment, request: read.request, line: number });
        }
        Ok(Requests { cases })
    }

    /// The digest of all cases, in whatever order and with whatever white space they are written; 32 hex digits.
    pub fn digest(&self) -> String {
        let mut digests: Vec<String> = self.cases.iter().map(Case::digest).collect();
        digests.sort_unstable();
        digest(digests.join("\n").as_bytes())
    }
}

impl Case {
    /// The digest of id, segment and request, with the keys of the request in order; 32 hex digits.
    pub fn digest(&self) -> String {
        let mut text = format!("{}\n{}\n", self.id, self.segment);
        write_canonical(&self.request, &mut text);
        digest(text.as_bytes())
    }

    /// The number in the field of the request at a path, for instance its limit. Both spellings that proto JSON
    /// allows are read, and numbers in quotes.
    pub fn number(&self, path: &str) -> Option<u64> {
        let mut value = &self.request;
        for name in path.split('.') {
            value = value.get(name).or_else(|| value.get(camel_case(name)))?;
        }
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    }
}

/// JSON with sorted keys and no white space. The depth is bounded by the reader's own limit of 128.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (key, value) in entries {
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write_canonical(item, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut name, word| {
        let mut letters = word.chars();
        name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        name.push_str(letters.as_str());
        name
    })
}
