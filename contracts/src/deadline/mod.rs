//! The section `deadlines` of scenario files: what becomes of a call whose time is up.
//!
//! The deadline is sent by a client that has no clock of its own: an ordinary one ends the call by itself, and nobody sees
//! what the service did.

mod attempt;

use std::collections::BTreeMap;
use std::time::Duration;

use findings::Finding;
use prost_reflect::DescriptorPool;
use prost_reflect::prost::Message;
use serde::Deserialize;
use serde_json::{Map, Value};
use service::wire::{Outgoing, Wire, frame, timeout_value};
use service::{Code, Span};

use crate::Error;
use crate::promise::profile::LATE;
use crate::promise::{Case, Misfit, Stage, Terms, Touched, cut};
use crate::rules::deadline_ignored::DEADLINE_IGNORED;
use crate::scenario::check_message;
use attempt::Attempt;

/// How often a call is made before its failure counts: a machine may be slow once, and a service that ignores deadlines
/// ignores every one.
const ATTEMPTS: usize = 3;
/// How much later than the deadline a status may come where the file says nothing.
const SLACK: Duration = Duration::from_millis(100);

/// One entry of `deadlines` as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deadline {
    /// What it shows. Unique in its section.
    pub(crate) name: String,
    /// The method, without its service.
    rpc: String,
    /// Proto JSON with proto field names.
    #[serde(default = "empty")]
    request: Value,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    /// What is granted, in the header `grpc-timeout`.
    timeout: Span,
    /// What does not answer meanwhile.
    stalls: Option<Stalls>,
    #[serde(default)]
    expect: Expect,
}

/// A method of a dependency that is left without an answer, to see what the service does then.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stalls {
    /// One of the `dependencies` that the policy gives the service.
    dependency: String,
    /// The method with its service.
    rpc: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expect {
    /// The names of the statuses that are right. Where there are none, those of the profile, and `OK` where nothing keeps
    /// the service from answering in time.
    status_in: Vec<String>,
    /// How long after the sending the status may come.
    within: Option<Span>,
}

impl Deadline {
    /// What it touches of its service.
    pub(crate) fn touch(&self, terms: &Terms, pool: &DescriptorPool, touched: &mut Touched) {
        let Ok(method) = service::method(pool, &terms.method(&self.rpc)) else { return };
        touched.call(&method);
        touched.send(&self.request, &method.input());
    }

    /// The dependency that it leaves without an answer.
    pub(crate) fn stalled(&self) -> Option<&str> {
        self.stalls.as_ref().map(|stalls| stalls.dependency.as_str())
    }

    /// Refuses what does not fit the protos.
    pub(crate) fn check(&self, terms: &Terms, pool: &DescriptorPool) -> Result<(), Misfit> {
        let rpc = terms.method(&self.rpc);
        let method = service::method(pool, &rpc).map_err(|error| ("rpc".to_owned(), error.to_string()))?;
        check_message("request", &self.request, &method.input())?;
        for (index, status) in self.expect.status_in.iter().enumerate() {
            if service::parse_code(status).is_none() {
                let at = format!("expect.status_in[{index}]");
                return Err((at, format!("`{status}` is no status code of gRPC")));
            }
        }
        if self.expect.within.is_some_and(|within| within.0 < self.timeout.0) {
            return Err(("expect.within".to_owned(), "it is over before the deadline is".to_owned()));
        }
        match &self.stalls {
            Some(stalls) => service::method(pool, &stalls.rpc)
                .map(drop)
                .map_err(|error| ("stalls.rpc".to_owned(), error.to_string())),
            None => Ok(()),
        }
    }

    /// Asks the service; finds what it does not keep.
    pub(crate) fn judge(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        if let Err((at, fault)) = self.check(case.terms, stage.pool) {
            return Ok(vec![case.gone(&DEADLINE_IGNORED, &at, &fault)]);
        }
        let outgoing = self.outgoing(case, stage.pool)?;
        let session = stage.session(&case.terms.target)?;
        let stalled = match &self.stalls {
            Some(stalls) => {
                let stand_in = session.dependency(&stalls.dependency).ok_or_else(|| {
                    let name = &stalls.dependency;
                    case.not_asked(format!("the policy gives `{}` no dependency `{name}`", case.terms.target))
                })?;
                Some((stand_in, stalls.rpc.as_str()))
            }
            None => None,
        };
        let within = self.expect.within.map_or(self.timeout.0 + SLACK, |within| within.0);
        let right = self.right(case.terms);
        let attempt =
            Attempt { outgoing: &outgoing, granted: self.timeout.0, within, right: &right, stalled };
        let mut wire = Wire::to(session.address()).map_err(|error| case.not_asked(error))?;
        let mut failures = Vec::new();
        let mut broken = false;
        for _ in 0..ATTEMPTS {
            (failures, broken) = attempt.make(&mut wire);
            if failures.is_empty() || broken {
                break;
            }
        }
        if broken {
            session.check_survived().map_err(|error| case.not_asked(error))?;
        }
        if failures.is_empty() {
            return Ok(Vec::new());
        }
        let rpc = case.terms.method(&self.rpc);
        let asked = format!("asked {rpc} within {:?} with {}", self.timeout.0, cut(&self.request));
        Ok(vec![case.finding(&DEADLINE_IGNORED, &failures).note(asked)])
    }

    fn outgoing(&self, case: &Case<'_>, pool: &DescriptorPool) -> Result<Outgoing, Error> {
        let rpc = case.terms.method(&self.rpc);
        let method = service::method(pool, &rpc).map_err(|error| case.not_asked(error))?;
        let request =
            service::request(&method, self.request.clone()).map_err(|error| case.not_asked(error))?;
        let outgoing = Outgoing::new(rpc, frame(&request.encode_to_vec()))
            .header("grpc-timeout", timeout_value(self.timeout.0));
        let metadata = case.terms.metadata(&self.metadata);
        Ok(metadata.into_iter().fold(outgoing, |outgoing, (name, value)| outgoing.header(&name, value)))
    }

    fn right(&self, terms: &Terms) -> Vec<Code> {
        if self.expect.status_in.is_empty() {
            let in_time = self.stalls.is_none().then_some(Code::Ok);
            return terms.profile.right(&LATE).into_iter().chain(in_time).collect();
        }
        self.expect.status_in.iter().filter_map(|name| service::parse_code(name)).collect()
    }
}

fn empty() -> Value {
    Value::Object(Map::new())
}
