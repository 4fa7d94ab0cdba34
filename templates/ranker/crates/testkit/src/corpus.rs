//! Golden requests, and which of them hold which hazard.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use protocol::FILE_DESCRIPTOR_SET;
use serde::Deserialize;

/// A golden request.
#[derive(Debug, Clone)]
pub struct Golden<M> {
    /// Its identifier.
    pub id: String,
    /// The segment of its viewer.
    pub segment: String,
    /// What is asked.
    pub request: M,
}

/// The golden requests of a service, in the order of their file: `golden/requests.jsonl` in the service's folder, with
/// requests of the message `name`, as `ranking.v1.RankQueueRequest`.
pub fn corpus<M: Message + Default>(service: &Path, name: &str) -> Vec<Golden<M>> {
    requests(&service.join("golden/requests.jsonl"), name)
}

/// The golden requests of a file, in its order, with requests of the message `name`.
pub fn requests<M: Message + Default>(file: &Path, name: &str) -> Vec<Golden<M>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        id: String,
        segment: String,
        request: serde_json::Value,
    }
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptors are right");
    let message = pool.get_message_by_name(name).expect("the request has a descriptor");
    let text = fs::read_to_string(file).expect("the corpus is there");
    let read = |line| {
        let Line { id, segment, request } = serde_json::from_str(line).expect("the line is JSON");
        let request = DynamicMessage::deserialize(message.clone(), request).expect("the request is one");
        Golden { id, segment, request: request.transcode_to().expect("types agree") }
    };
    text.lines().map(read).collect()
}

/// Which golden requests hold which hazard: `golden/coverage.json` in the service's folder.
pub fn coverage(service: &Path) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(service.join("golden/coverage.json")).expect("the manifest is there");
    serde_json::from_str(&text).expect("the manifest is JSON")
}
