//! The policy's section `services`: how each service is built and started, for every guard that runs one.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use policy::{Direction, Document, Key, PolicyError, Section, Span};
use serde::Deserialize;

use crate::{Build, Launch, dependencies};

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
    /// The command that starts it; empty where it is called at an address. See [`Launch::argv`] for how its address is
    /// agreed on.
    #[serde(default)]
    pub run: Vec<String>,
    /// Where it is called, as `HOST:PORT`, instead of being started.
    #[serde(default)]
    pub address: Option<String>,
    /// Whether that address may lie beyond loopback.
    #[serde(default)]
    pub remote: bool,
    /// The folder that both commands run in, from the root.
    #[serde(default = "here")]
    pub directory: String,
    /// What it depends on, by the name that `run` has for it: which of the services really answers.
    #[serde(default)]
    pub dependencies: BTreeMap<String, String>,
    /// How long it may take until it serves.
    #[serde(default = "ready_within")]
    pub ready_within: Span,
    /// How long its build may take.
    #[serde(default = "build_within")]
    pub build_within: Span,
}

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
        "*.address",
        "`HOST:PORT`",
        "none",
        Direction::AnyChangeLoosens,
        "Where the service is called, instead of `run`: somebody else starts and ends it, and answers for its being \
               built from head. It must lie on loopback unless `remote` says otherwise, and answer gRPC health checks.",
    ),
    Key::new(
        "*.remote",
        "true or false",
        "false",
        Direction::TrueLoosens,
        "Whether `address` may lie beyond loopback. Requests of scenarios and properties are sent there, many of them \
               malformed on purpose.",
    ),
    Key::new(
        "*.directory",
        "path from the root",
        ".",
        Direction::AnyChangeLoosens,
        "The folder that both commands run in. A command with a `/` in its first word is meant from here.",
    ),
    Key::new(
        "*.dependencies.*",
        "name of one of the services",
        "none",
        Direction::AnyChangeLoosens,
        "What the service is to call over gRPC while it is asked: the one named here is started before it, a stand-in \
               that passes calls on and writes them down is put before that, and `{dependency:NAME}` in `run` stands \
               for the stand-in's `HOST:PORT`. The section `deadlines` of scenario files says what must be seen there.",
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

fn check(document: &Document) -> Result<(), PolicyError> {
    let services: Services = document.section(SECTION.name)?;
    let depend = services.0.iter().map(|(name, service)| (name.as_str(), &service.dependencies)).collect();
    for (name, service) in &services.0 {
        let at = |key: &str| format!("services[\"{name}\"].{key}");
        match &service.address {
            None if service.run.is_empty() => {
                return Err(
                    document.error_at(&at("run"), "a service is started by `run` or called at `address`")
                );
            }
            Some(_) if !service.run.is_empty() || !service.build.is_empty() => {
                let fault = "a service that is called at an address is neither built nor started";
                return Err(document.error_at(&at("address"), fault));
            }
            None if service.remote => {
                return Err(document.error_at(&at("remote"), "it says something of `address` alone"));
            }
            Some(address) if !is_address(address) => {
                return Err(document.error_at(&at("address"), "it is not of the form `HOST:PORT`"));
            }
            _ => {}
        }
        dependencies::check(document, &depend, name, &service.run)?;
        let leaves =
            service.directory.starts_with('/') || service.directory.split('/').any(|part| part == "..");
        if leaves {
            return Err(document.error_at(&at("directory"), "it leads out of the root"));
        }
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let is_host = !host.is_empty() && !host.contains(['/', '@']) && !host.contains(char::is_whitespace);
    is_host && port.parse::<u16>().is_ok_and(|port| port > 0)
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
        check(
            "services: { a: { address: \"[::1]:50051\" }, b: { address: \"rank.test:1\", remote: true } }",
            Ok(2),
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused_where_it_stands() {
        check("services: { a: { run: [] } }", Err("gatefold.yaml:1:"));
        check("services: { a: { build: [make] } }", Err("run"));
        check("services: { a: { run: [a], address: \"127.0.0.1:80\" } }", Err("neither built nor started"));
        check(
            "services: { a: { build: [make], address: \"127.0.0.1:80\" } }",
            Err("neither built nor started"),
        );
        check("services: { a: { run: [a], remote: true } }", Err("`address` alone"));
        for address in ["localhost", "http://localhost:80", ":80", "localhost:0", "localhost:99999", "a b:1"]
        {
            check(&format!("services: {{ a: {{ address: \"{address}\" }} }}"), Err("`HOST:PORT`"));
        }
        check("services: { a: { run: [a], directory: ../b } }", Err("leads out of the root"));
        check("services: { a: { run: [a], ready_within: 5 h } }", Err("is no time"));
        check("services: { a: { run: [a], ready_within: 99999999999999999999s } }", Err("is no time"));
        for bare in ["100", "\"100\""] {
            let text = format!("services: {{ a: {{ run: [a], ready_within: {bare} }} }}");
            check(&text, Err("`100` is no time: write it with its unit, as in `100ms`"));
        }
        check("services: { a: { run: [a], ready_within: [5s] } }", Err("expected a time, as in `250ms`"));
        check("services: { a: { run: [a], ready_within: 25000m } }", Err("24 hours"));
        check("services: { a: { run: [a], port: 80 } }", Err("port"));
    }
}
