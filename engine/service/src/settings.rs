//! The policy's section `services`: how each service is built and started, for every guard that runs one.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use policy::{Direction, Document, Key, PolicyError, Section};
use serde::Deserialize;

use crate::{Build, Launch};

/// The services of a workspace, by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Services(pub BTreeMap<String, Service>);

/// How one service is built and started.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The command that builds it; none where `run` needs no build.
    #[serde(default)]
    pub build: Vec<String>,
    /// The command that starts it. See [`Launch::argv`] for how its address is agreed on.
    pub run: Vec<String>,
    /// The folder that both commands run in, from the root.
    #[serde(default = "here")]
    pub directory: String,
    /// How long it may take until it serves.
    #[serde(default = "ready_within")]
    pub ready_within: Span,
    /// How long its build may take.
    #[serde(default = "build_within")]
    pub build_within: Span,
}

/// A length of time as the policy and scenario files write it: `250ms`, `5s`, `10m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

/// The longest time that may be written.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The section's keys and what is refused in it.
pub static SECTION: Section = Section { name: "services", keys: KEYS, check };

const KEYS: &[Key] = &[
    Key::new(
        "*",
        "map of services by name",
        "{}",
        Direction::Joins,
        "The services that the live tier can build and start.",
    ),
    Key::new(
        "*.build",
        "command as a list of words",
        "[]",
        Direction::AnyChangeLoosens,
        "Builds the service. Runs with nothing on standard input and an environment without secrets.",
    ),
    Key::new(
        "*.run",
        "command as a list of words",
        "none",
        Direction::AnyChangeLoosens,
        "Starts the service on loopback. `{listen}` and `{port}` stand for an address that is free; without \
               them the service must listen on port 0 and write `listening on ADDRESS` to standard output. `{clock}` \
               and `{seed}` stand for those of the corpus, or of `contracts` where scenarios are asked; a service \
               that reads variables is started with `env`, as in `[env, \"SEED={seed}\", bin/rank]`. It must answer \
               gRPC health checks.",
    ),
    Key::new(
        "*.directory",
        "path from the root",
        ".",
        Direction::AnyChangeLoosens,
        "The folder that both commands run in. A command with a `/` in its first word is meant from here.",
    ),
    Key::new(
        "*.ready_within",
        "time, as in `30s`",
        "30s",
        Direction::Free,
        "How long the service may take until it serves.",
    ),
    Key::new("*.build_within", "time, as in `30m`", "30m", Direction::Free, "How long the build may take."),
];

impl Service {
    /// The build below a root, if there is one.
    pub fn build(&self, root: &Path, environment: Vec<(String, String)>) -> Option<Build> {
        (!self.build.is_empty()).then(|| Build {
            argv: self.build.clone(),
            directory: root.join(&self.directory),
            environment,
            within: self.build_within.0,
        })
    }

    /// The start below a root.
    pub fn launch(&self, root: &Path, environment: Vec<(String, String)>) -> Launch {
        Launch {
            argv: self.run.clone(),
            directory: root.join(&self.directory),
            environment,
            ready_within: self.ready_within.0,
        }
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let split = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let wrong = || format!("`{text}` is no time; write it as in `250ms`, `5s` or `10m`");
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

fn check(document: &Document) -> Result<(), PolicyError> {
    let services: Services = document.section(SECTION.name)?;
    for (name, service) in &services.0 {
        let at = |key: &str| format!("services[\"{name}\"].{key}");
        if service.run.is_empty() {
            return Err(document.error_at(&at("run"), "the command is empty"));
        }
        let leaves =
            service.directory.starts_with('/') || service.directory.split('/').any(|part| part == "..");
        if leaves {
            return Err(document.error_at(&at("directory"), "it leads out of the root"));
        }
    }
    Ok(())
}

fn here() -> String {
    ".".to_owned()
}

fn ready_within() -> Span {
    Span(Duration::from_secs(30))
}

fn build_within() -> Span {
    Span(Duration::from_secs(30 * 60))
}

#[cfg(test)]
mod tests {
    use policy::Schema;

    use super::*;

    fn check(text: &str, expected: Result<usize, &str>) {
        static SECTIONS: &[Section] = &[SECTION];
        let schema = Schema { sections: SECTIONS };
        let found = Document::parse("gatefold.yaml", text, &schema)
            .and_then(|document| document.section::<Services>("services"))
            .map(|services| services.0.len())
            .map_err(|error| error.to_string());
        match expected {
            Ok(count) => assert_eq!(found, Ok(count), "{text}"),
            Err(part) => {
                assert!(found.as_ref().is_err_and(|error| error.contains(part)), "{text}: {found:?}")
            }
        }
    }

    #[test]
    fn services_are_read_with_their_defaults() {
        check("", Ok(0));
        check(
            "services: { a: { run: [bin/a] }, b: { run: [b], build: [make], ready_within: 250ms } }",
            Ok(2),
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_where_it_stands() {
        check("services: { a: { run: [] } }", Err("gatefold.yaml:1:"));
        check("services: { a: { build: [make] } }", Err("run"));
        check("services: { a: { run: [a], directory: ../b } }", Err("leads out of the root"));
        check("services: { a: { run: [a], ready_within: 5 h } }", Err("is no time"));
        check("services: { a: { run: [a], ready_within: 99999999999999999999s } }", Err("is no time"));
        check("services: { a: { run: [a], ready_within: 25000m } }", Err("24 hours"));
        check("services: { a: { run: [a], port: 80 } }", Err("port"));
    }
}
