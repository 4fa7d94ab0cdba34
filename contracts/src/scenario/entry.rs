//! One entry of `scenarios` as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use service::Span;

use super::check::Check;

/// One request and what must come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows. Unique in its file; one that is part of another promise has none.
    #[serde(default)]
    pub(crate) name: String,
    /// The method, without its service.
    pub(crate) rpc: String,
    /// Proto JSON with proto field names.
    #[serde(default = "empty")]
    pub(crate) request: Value,
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
    /// The name of the status code.
    pub(crate) status: String,
    /// A part of the status message.
    pub(crate) message_contains: Option<String>,
    /// A part of the response, in proto JSON with proto field names: whatever it names must be so. Lists have as many
    /// items as are named.
    pub(crate) response: Option<Value>,
    /// What must hold of the response beyond that.
    #[serde(default)]
    pub(crate) checks: Vec<Check>,
}

fn empty() -> Value {
    Value::Object(Map::new())
}
