//! The requests of a run: the golden ones of the service, with as many candidates as are asked for.
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};
use serde::Deserialize;

/// The field whose length `--candidates` sets.
const CANDIDATES: &str = "candidates";
/// The field that is not empty in an answer that lacks a stage.
const DEGRADED: &str = "degraded";

/// What a service is asked, and how.
#[derive(Debug)]
pub struct Requests {
    /// The method's path, as `/ranking.v1.NowPlaying/RankQueue`.
    pub path: String,
    /// The requests as they go over the wire, to be sent in turn.
    pub all: Vec<Bytes>,
    /// The number of the answer's field that names stages it lacks.
    pub degraded: Option<u32>,
    candidates: Option<usize>,
}

/// Requests that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RequestsError {
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The policy of the workspace is not one.
    #[error("failed to parse gatefold.yaml")]
    Policy(#[from] serde_yaml::Error),
    /// The policy of the workspace names no golden requests of the service.
    #[error("no service `{service}` under `golden.corpora` of gatefold.yaml, but {}", known.join(", "))]
    Unknown {
        /// The service.
        service: String,
        /// The services that have golden requests.
        known: Vec<String>,
    },
    /// The protos do not compile.
    #[error("failed to compile the protos")]
    Protos(#[from] protox::Error),
    /// The protos have no such method.
    #[error("no method `{0}` in the protos")]
    Method(String),
    /// A line is not a request.
    #[error("failed to read line {line} of {}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// There is nothing to send.
    #[error("no requests in {}", .0.display())]
    Empty(PathBuf),
    /// The service is not sent candidates, or the golden requests have too few.
    #[error(
        "failed to make requests with {wanted} candidates: the golden requests have {different} different ones"
    )]
    Candidates {
        /// As many as were asked for.
        wanted: usize,
        /// As many as there are.
        different: usize,
    },
}

#[derive(Deserialize)]
struct Policy {
    golden: Golden,
}

#[derive(Deserialize)]
struct Golden {
    corpora: BTreeMap<String, Corpus>,
}

#[derive(Deserialize)]
struct Corpus {
    rpc: String,
    /// The service, where the corpus is not called by its name: it has another one that is.
    service: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    request: serde_json::Value,
}

impl Policy {
    /// The services that have golden requests.
    fn services(&self) -> Vec<String> {
        let corpora = self.golden.corpora.iter();
        corpora.filter(|(_, corpus)| corpus.service.is_none()).map(|(name, _)| name.clone()).collect()
    }
}

impl Requests {
    /// The golden requests of a service of the workspace; where `candidates` are asked for, each has as many, its own
    /// ones first, then those of the others.
    ///
    /// # Errors
    /// A [`RequestsError`] if the service, its protos or its requests cannot be had, or have not enough candidates.
    pub fn read(workspace: &Path, service: &str, candidates: Option<usize>) -> Result<Self, RequestsError> {
        let policy: Policy = serde_yaml::from_str(&read(&workspace.join("gatefold.yaml"))?)?;
        let unknown = || RequestsError::Unknown { service: service.to_owned(), known: policy.services() };
        let corpus = policy.golden.corpora.get(service).filter(|corpus| corpus.service.is_none());
        let rpc = &corpus.ok_or_else(unknown)?.rpc;
        let method = method(&workspace.join("protos"), rpc)?;
        let path = workspace.join("services").join(service).join("golden/requests.jsonl");
        let mut messages = messages(&path, &method)?;
        if messages.is_empty() {
            return Err(RequestsError::Empty(path));
        }
        if let Some(wanted) = candidates {
            widen(&mut messages, wanted)?;
        }
        Ok(Self {
            path: format!("/{rpc}"),
            all: messages.iter().map(|message| message.encode_to_vec().into()).collect(),
            degraded: method.output().get_field_by_name(DEGRADED).map(|field| field.number()),
            candidates,
        })
    }

    /// Candidates of each request, if a number was asked for.
    pub fn candidates(&self) -> Option<usize> {
        self.candidates
    }
}

fn read(path: &Path) -> Result<String, RequestsError> {
    fs::read_to_string(path).map_err(|source| RequestsError::Unreadable { path: path.to_owned(), source })
}

/// The method `package.Service/Method`, out of the protos as they stand: a service that is new needs no new build.
fn method(protos: &Path, rpc: &str) -> Result<MethodDescriptor, RequestsError> {
    let missing = || RequestsError::Method(rpc.to_owned());
    let (service, name) = rpc.split_once('/').ok_or_else(missing)?;
    let package = service.rsplit_once('.').ok_or_else(missing)?.0.replace('.', "/");
    let folder = protos.join(&package);
    let entries =
        fs::read_dir(&folder).map_err(|source| RequestsError::Unreadable { path: folder.clone(), source })?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let files: Vec<_> =
        names.filter(|name| name.ends_with(".proto")).map(|name| format!("{package}/{name}")).collect();
    let set = protox::compile(files, [protos])?;
    let pool = DescriptorPool::from_file_descriptor_set(set).map_err(|_unresolved| missing())?;
    let service = pool.get_service_by_name(service).ok_or_else(missing)?;
    service.methods().find(|method| method.name() == name).ok_or_else(missing)
}

fn messages(path: &Path, method: &MethodDescriptor) -> Result<Vec<DynamicMessage>, RequestsError> {
    let message = |(number, text): (usize, &str)| {
        let request = serde_json::from_str(text)
            .and_then(|line: Line| DynamicMessage::deserialize(method.input(), line.request));
        request.map_err(|source| RequestsError::Line { path: path.to_owned(), line: number + 1, source })
    };
    read(path)?.lines().enumerate().map(message).collect()
}

/// Gives every message that has candidates as many as `wanted`, no two of them the same thing.
fn widen(messages: &mut [DynamicMessage], wanted: usize) -> Result<(), RequestsError> {
    let mut pool = BTreeMap::new();
    for candidate in messages.iter().flat_map(candidates) {
        pool.entry(identity(&candidate)).or_insert(candidate);
    }
    if pool.len() < wanted || pool.is_empty() {
        return Err(RequestsError::Candidates { wanted, different: pool.len() });
    }
    let pool: Vec<_> = pool.into_values().collect();
    for (number, message) in messages.iter_mut().enumerate() {
        // Each message begins elsewhere, so that not all have the same ones.
        let start = number * wanted % pool.len();
        let others = pool.iter().cycle().skip(start).take(pool.len()).cloned();
        let mut seen = BTreeSet::new();
        let chosen: Vec<_> = candidates(message)
            .into_iter()
            .chain(others)
            .filter(|candidate| seen.insert(identity(candidate)))
            .take(wanted)
            .collect();
        message.set_field_by_name(CANDIDATES, Value::List(chosen));
    }
    Ok(())
}

fn candidates(message: &DynamicMessage) -> Vec<Value> {
    let field = message.get_field_by_name(CANDIDATES);
    field.and_then(|field| field.as_list().map(<[Value]>::to_vec)).unwrap_or_default()
}

/// What makes a candidate another one: its first field, which is its identifier.
fn identity(candidate: &Value) -> String {
    let first = candidate
        .as_message()
        .and_then(|message| message.fields().next().map(|(_, value)| value.to_string()));
    first.unwrap_or_else(|| candidate.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn decoded(requests: &Requests) -> Vec<DynamicMessage> {
        let input =
            method(&workspace().join("protos"), &requests.path[1..]).expect("the method is there").input();
        requests
            .all
            .iter()
            .map(|bytes| DynamicMessage::decode(input.clone(), bytes.clone()).expect("it is a request"))
            .collect()
    }

    /// The services that have golden requests.
    fn services() -> Vec<String> {
        let text = read(&workspace().join("gatefold.yaml")).expect("the policy is there");
        let policy: Policy = serde_yaml::from_str(&text).expect("it is a policy");
        policy.services()
    }

    #[test]
    fn golden_requests_of_every_service_are_sent_as_they_are() {
        assert!(!services().is_empty());
        for service in services() {
            let requests = Requests::read(&workspace(), &service, None).expect("the requests are there");
            let path = workspace().join("services").join(&service).join("golden/requests.jsonl");
            assert_eq!(requests.all.len(), read(&path).expect("the file is there").lines().count());
            assert!(requests.degraded.is_some(), "answers of {service} say what they lack");
        }
    }

    #[test]
    fn every_request_has_as_many_different_candidates_as_are_asked_for() {
        let widened: Vec<_> = services()
            .iter()
            .filter_map(|service| Requests::read(&workspace(), service, Some(100)).ok())
            .collect();
        assert!(!widened.is_empty(), "some service is sent candidates");
        for message in widened.iter().flat_map(decoded) {
            let identities: BTreeSet<_> = candidates(&message).iter().map(identity).collect();
            assert_eq!((candidates(&message).len(), identities.len()), (100, 100));
        }
    }

    #[test]
    fn what_cannot_be_had_is_said() {
        let problem = |service: &str, candidates| {
            Requests::read(&workspace(), service, candidates).expect_err("it cannot be had").to_string()
        };
        let known = services().join(", ");
        assert_eq!(
            problem("no-such", None),
            format!("no service `no-such` under `golden.corpora` of gatefold.yaml, but {known}")
        );
        let too_many = problem(&services()[0], Some(1_000_000));
        assert!(too_many.starts_with("failed to make requests with 1000000 candidates"), "{too_many}");
    }
}
