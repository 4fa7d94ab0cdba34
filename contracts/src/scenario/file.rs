//! A scenario file: requests to one service, and what must come back.

use std::collections::BTreeMap;
use std::time::Duration;

use policy::{Document, PolicyError};
use serde::Deserialize;
use serde_json::{Map, Value};
use service::Span;

use super::check::Check;

/// The deadline of a call for which the file names none.
const DEADLINE: Duration = Duration::from_secs(1);

/// A scenario file as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScenarioFile {
    /// The version of the format.
    contracts: u32,
    /// The gRPC service with its package.
    pub(crate) service: String,
    /// Which service of the policy's `services` is started.
    pub(crate) target: String,
    /// What holds for scenarios that do not say otherwise.
    #[serde(default)]
    defaults: Defaults,
    /// In the order in which they are asked.
    pub(crate) scenarios: Vec<Scenario>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Defaults {
    deadline: Option<Span>,
    metadata: BTreeMap<String, String>,
}

/// One request and what must come back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows. Unique in its file.
    pub(crate) name: String,
    /// The method, without its service.
    pub(crate) rpc: String,
    /// Proto JSON with proto field names.
    #[serde(default = "empty")]
    pub(crate) request: Value,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    deadline: Option<Span>,
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

impl ScenarioFile {
    /// Reads a file. What it says of protos is not looked at yet.
    pub(crate) fn read(path: &str, text: &str) -> Result<(ScenarioFile, Document), PolicyError> {
        let document = Document::of_file(path, text)?;
        let file: ScenarioFile = document.whole()?;
        if file.contracts != 1 {
            return Err(document.error_at("contracts", "only version 1 of the format is known"));
        }
        if file.scenarios.is_empty() {
            return Err(document.error_at("scenarios", "a file without scenarios promises nothing"));
        }
        let mut names = Vec::new();
        for (index, scenario) in file.scenarios.iter().enumerate() {
            let at = format!("scenarios[{index}].name");
            let name = scenario.name.as_str();
            if name.trim().is_empty() || name.contains('`') || name.chars().any(char::is_control) {
                return Err(document.error_at(&at, "a name is one line of text without backticks"));
            }
            if names.contains(&name) {
                return Err(document.error_at(&at, format!("`{name}` is the name of an earlier scenario")));
            }
            names.push(name);
        }
        Ok((file, document))
    }

    /// The full name of a scenario's method, as in `ranking.v1.NowPlaying/RankQueue`.
    pub(crate) fn method(&self, scenario: &Scenario) -> String {
        format!("{}/{}", self.service, scenario.rpc)
    }

    /// How long a scenario's call may take.
    pub(crate) fn deadline(&self, scenario: &Scenario) -> Duration {
        scenario.deadline.or(self.defaults.deadline).map_or(DEADLINE, |span| span.0)
    }

    /// The metadata of a scenario's call: the defaults, and what it sets itself.
    pub(crate) fn metadata(&self, scenario: &Scenario) -> Vec<(String, String)> {
        let mut metadata = self.defaults.metadata.clone();
        metadata.extend(scenario.metadata.clone());
        metadata.into_iter().collect()
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}
