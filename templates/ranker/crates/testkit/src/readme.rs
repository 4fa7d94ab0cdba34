//! The commands and answers that a README shows.
use std::fs;
use std::path::Path;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use protocol::FILE_DESCRIPTOR_SET;

/// A request as a README shows it.
pub struct Shown<M> {
    /// What is asked.
    pub request: M,
    /// What the comment behind the command says is answered.
    pub answer: String,
    /// What follows the command.
    pub rest: String,
}

/// The first command of a README that asks the method `rpc`, as `ranking.v1.Home/RankShelves`, whose requests are of the
/// message `name`.
pub fn shown<M: Message + Default>(readme: &Path, rpc: &str, name: &str) -> Shown<M> {
    let text = fs::read_to_string(readme).expect("the README is there");
    // Behind a host, and so in a command.
    let (before, rest) = text.split_once(&format!("/{rpc}")).expect("the README asks the method");
    let (_, json) = before.rsplit_once("-d '").expect("the command has a request");
    let (json, _) = json.split_once('\'').expect("the request ends");
    let (answer, rest) = rest.split_once('\n').expect("the line ends");
    Shown {
        request: message(json, name),
        answer: answer.trim().trim_start_matches("# ").to_owned(),
        rest: rest.to_owned(),
    }
}

/// A message of the workspace's protos out of its JSON, as `ranking.v1.RankQueueResponse`.
pub fn message<M: Message + Default>(json: &str, name: &str) -> M {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the descriptors are right");
    let descriptor = pool.get_message_by_name(name).expect("the message has a descriptor");
    let value: serde_json::Value = serde_json::from_str(json).expect("what is shown is JSON");
    let message = DynamicMessage::deserialize(descriptor, value).expect("what is shown is such a message");
    message.transcode_to().expect("types agree")
}
