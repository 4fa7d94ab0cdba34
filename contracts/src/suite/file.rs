//! A scenario file: what one service promises, in sections.

use findings::Finding;
use policy::{Document, PolicyError};
use prost_reflect::DescriptorPool;
use serde::Deserialize;
use serde::de::IgnoredAny;
use service::Services;

use crate::Error;
use crate::deadline::Deadline;
use crate::promise::{Case, Defaults, Kind, Misfit, Profile, Stage, Terms, Touched};
use crate::property::Property;
use crate::robustness::Robustness;
use crate::scenario::Scenario;

/// A scenario file as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The version of the format.
    contracts: u32,
    service: String,
    target: String,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    defaults: Defaults,
    /// Values by name, which stand where they are named by now.
    #[serde(default, rename = "values")]
    _values: IgnoredAny,
    #[serde(default)]
    scenarios: Vec<Scenario>,
    #[serde(default)]
    properties: Vec<Property>,
    #[serde(default)]
    deadlines: Vec<Deadline>,
    #[serde(default)]
    robustness: Vec<Robustness>,
}

/// A scenario file that was read.
#[derive(Clone, Debug)]
pub(crate) struct ScenarioFile {
    pub(crate) terms: Terms,
    scenarios: Vec<Scenario>,
    properties: Vec<Property>,
    deadlines: Vec<Deadline>,
    robustness: Vec<Robustness>,
}

/// One promise of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Promise<'a> {
    Scenario(&'a Scenario),
    Property(&'a Property),
    Deadline(&'a Deadline),
    Robustness(&'a Robustness),
}

impl ScenarioFile {
    /// Reads a file. What it says of protos is not looked at yet.
    pub(crate) fn read(path: &str, text: &str) -> Result<(ScenarioFile, Document), PolicyError> {
        let document = Document::of_file(path, text)?.with_values()?;
        if document.locate("contracts").is_none() {
            let fault =
                "failed to read `contracts`: the version of the format is missing, write `contracts: 1`";
            return Err(PolicyError { line: Some(1), column: Some(1), ..PolicyError::new(path, fault) });
        }
        let written: Written = document.whole()?;
        if written.contracts != 1 {
            return Err(document.error_at("contracts", "only version 1 of the format is known"));
        }
        let Written {
            service, target, profile, defaults, scenarios, properties, deadlines, robustness, ..
        } = written;
        let terms = Terms { service, target, profile, defaults };
        let file = ScenarioFile { terms, scenarios, properties, deadlines, robustness };
        if Kind::ALL.iter().all(|kind| file.promises(*kind).is_empty()) {
            let at = Kind::ALL.map(Kind::section).into_iter().find(|key| document.locate(key).is_some());
            let fault = "a file without scenarios, properties, deadlines and robustness promises nothing";
            return Err(document.error_at(at.unwrap_or("service"), fault));
        }
        for kind in Kind::ALL {
            let mut names = Vec::new();
            for (index, promise) in file.promises(kind).into_iter().enumerate() {
                let at = format!("{}[{index}].name", kind.section());
                let name = promise.name();
                if name.trim().is_empty() || name.contains('`') || name.chars().any(char::is_control) {
                    return Err(document.error_at(&at, "a name is one line of text without backticks"));
                }
                if names.contains(&name) {
                    let fault = format!("`{name}` is the name of an earlier {}", kind.word());
                    return Err(document.error_at(&at, fault));
                }
                names.push(name);
            }
        }
        Ok((file, document))
    }

    /// The promises of one kind, in the order in which they stand and are asked.
    pub(crate) fn promises(&self, kind: Kind) -> Vec<Promise<'_>> {
        match kind {
            Kind::Scenario => self.scenarios.iter().map(Promise::Scenario).collect(),
            Kind::Property => self.properties.iter().map(Promise::Property).collect(),
            Kind::Deadline => self.deadlines.iter().map(Promise::Deadline).collect(),
            Kind::Robustness => self.robustness.iter().map(Promise::Robustness).collect(),
        }
    }

    /// The properties alone.
    pub(super) fn properties(&self) -> Vec<&Property> {
        self.properties.iter().collect()
    }

    /// Refuses the first thing in which the file does not fit the protos.
    pub(crate) fn check(&self, document: &Document, pool: &DescriptorPool) -> Result<(), PolicyError> {
        if pool.get_service_by_name(&self.terms.service).is_none() {
            let whole = pool.services().find(|service| service.name() == self.terms.service);
            let whole = whole.map(|service| format!(": write `{}`", service.full_name())).unwrap_or_default();
            let message = format!("the protos have no service `{}`{whole}", self.terms.service);
            return Err(document.error_at("service", message));
        }
        for kind in Kind::ALL {
            for (index, promise) in self.promises(kind).into_iter().enumerate() {
                promise.check(&self.terms, pool).map_err(|(at, fault)| {
                    document.error_at(&format!("{}[{index}].{at}", kind.section()), fault)
                })?;
            }
        }
        Ok(())
    }

    /// Refuses a target that is none of the services, and a dependency that the target does not have. Where no services
    /// are known, nothing is.
    pub(crate) fn check_target(&self, document: &Document, services: &Services) -> Result<(), PolicyError> {
        if services.0.is_empty() {
            return Ok(());
        }
        let target = &self.terms.target;
        let Some(service) = services.0.get(target) else {
            let known = listed(services.0.keys());
            let fault = format!("the policy has no service `{target}` under `services`, which has {known}");
            return Err(document.error_at("target", fault));
        };
        for (index, deadline) in self.deadlines.iter().enumerate() {
            if let Some(name) = deadline.stalled().filter(|name| !service.dependencies.contains_key(*name)) {
                let known = listed(service.dependencies.keys());
                let fault = format!("the policy gives `{target}` no dependency `{name}`, but {known}");
                return Err(document.error_at(&format!("deadlines[{index}].stalls.dependency"), fault));
            }
        }
        Ok(())
    }
}

/// Names for people.
fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

impl<'a> Promise<'a> {
    pub(crate) fn name(self) -> &'a str {
        match self {
            Promise::Scenario(scenario) => &scenario.name,
            Promise::Property(property) => &property.name,
            Promise::Deadline(deadline) => &deadline.name,
            Promise::Robustness(robustness) => &robustness.name,
        }
    }

    fn check(self, terms: &Terms, pool: &DescriptorPool) -> Result<(), Misfit> {
        match self {
            Promise::Scenario(scenario) => scenario.check(terms, pool),
            Promise::Property(property) => property.check(terms, pool),
            Promise::Deadline(deadline) => deadline.check(terms, pool),
            Promise::Robustness(robustness) => robustness.check(terms, pool),
        }
    }

    /// What it touches of the service.
    pub(crate) fn touch(self, terms: &Terms, pool: &DescriptorPool, touched: &mut Touched) {
        match self {
            Promise::Scenario(scenario) => scenario.touch(terms, pool, touched),
            Promise::Property(property) => property.touch(terms, pool, touched),
            Promise::Deadline(deadline) => deadline.touch(terms, pool, touched),
            Promise::Robustness(robustness) => robustness.touch(terms, pool, touched),
        }
    }

    /// Asks it of the service.
    pub(crate) fn judge(self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        match self {
            Promise::Scenario(scenario) => scenario.judge(case, stage),
            Promise::Property(property) => property.judge(case, stage),
            Promise::Deadline(deadline) => deadline.judge(case, stage),
            Promise::Robustness(robustness) => robustness.judge(case, stage),
        }
    }
}
