//! One entry of `scenarios` as it is written.

use std::collections::BTreeMap;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use service::Span;

use super::check::Check;
use super::detail::Detail;
use super::metadata::Sent;

/// One call and what must come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows. Unique in its file; one that is part of another promise has none.
    #[serde(default)]
    pub(crate) name: String,
    /// The method, without its service.
    pub(crate) rpc: String,
    /// Proto JSON with proto field names; an empty message without the key.
    pub(crate) request: Option<Value>,
    /// The requests of a method that takes a stream.
    pub(crate) requests: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) deadline: Option<Span>,
    /// What must come back.
    pub(crate) expect: Expect,
}

/// What must come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// The name of the status code. A number is kept, to be refused with the name that it stands for.
    #[serde(deserialize_with = "name_or_number")]
    pub(crate) status: String,
    /// A part of the status message.
    pub(crate) message_contains: Option<String>,
    /// A part of the response, in proto JSON with proto field names: whatever it names must be so. Lists have as many
    /// items as are named.
    pub(crate) response: Option<Value>,
    /// Parts of the responses of a stream, as many as come.
    pub(crate) responses: Option<Vec<Value>>,
    /// How many responses a stream has.
    pub(crate) count: Option<usize>,
    /// What must hold of the response beyond that.
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
    /// What must hold of the whole answer, in CEL.
    #[serde(default)]
    pub(crate) cel: Vec<String>,
    /// What must stand in metadata and trailers together.
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, Sent>,
    /// What must stand in the trailers.
    #[serde(default)]
    pub(crate) trailers: BTreeMap<String, Sent>,
    /// Messages that the status carries.
    #[serde(default)]
    pub(crate) details: Vec<Detail>,
}

impl Scenario {
    /// What is sent, in the order in which it is sent.
    pub(crate) fn sent(&self) -> Vec<Value> {
        match &self.requests {
            Some(requests) => requests.clone(),
            None => vec![self.shown()],
        }
    }

    /// What is sent, as JSON: the request, or the list of them.
    pub(crate) fn shown(&self) -> Value {
        match (&self.requests, &self.request) {
            (Some(requests), _) => Value::from(requests.clone()),
            (None, Some(request)) => request.clone(),
            (None, None) => Value::Object(Map::new()),
        }
    }
}

/// A text, or a number as text.
fn name_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Written;
    impl Visitor<'_> for Written {
        type Value = String;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the name of a status code")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
            Ok(name.to_owned())
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    deserializer.deserialize_any(Written)
}
