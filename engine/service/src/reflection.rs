//! What a running server says of its own protos.
//! The protocol: <https://github.com/grpc/grpc/blob/master/doc/server-reflection.md>.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use prost_reflect::prost::Message;
use prost_reflect::prost::encoding::encode_varint;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};
use prost_types::FileDescriptorProto;
use serde_json::json;
use tonic::Code;

use crate::{Client, Error, any_method, pool, request};

/// The packages under which servers have it, the newer first. Their messages are the same.
const PACKAGES: [&str; 2] = ["grpc.reflection.v1", "grpc.reflection.v1alpha"];
/// The part of the protocol that is spoken; `PACKAGE` stands for one of [`PACKAGES`].
const PROTO: &str = r#"
syntax = "proto3";
package PACKAGE;
message ServerReflectionRequest {
  oneof message_request {
    string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7;
  }
}
message ServerReflectionResponse {
  FileDescriptorResponse file_descriptor_response = 4;
  ListServiceResponse list_services_response = 6;
  ErrorResponse error_response = 7;
}
message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
message ListServiceResponse { repeated ServiceResponse service = 1; }
message ServiceResponse { string name = 1; }
message ErrorResponse { int32 error_code = 1; string error_message = 2; }
service ServerReflection {
  rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse);
}
"#;
/// The most files that are read.
const MAX_FILES: usize = 10_000;
/// The most bytes that all files may have.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Files that every pool has.
const WELL_KNOWN: &str = "google/protobuf/";
/// Services of gRPC itself.
const OF_GRPC: &str = "grpc.";

/// What a server serves, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Its services with their packages, less those of gRPC itself.
    pub services: Vec<String>,
    /// A `FileDescriptorSet` of the files that declare them, and of what these import.
    pub descriptors: Vec<u8>,
}

/// Asks a server what it serves; `None` if it has no reflection, or not for us.
///
/// # Errors
/// Where it does not answer in time, or not by the protocol.
pub fn reflect(address: SocketAddr, within: Duration) -> Result<Option<Served>, Error> {
    let until = Instant::now() + within;
    for package in PACKAGES {
        let proto = PROTO.replace("PACKAGE", package);
        let tree = source::Tree::from_memory([("reflection.proto", proto.as_str())]);
        let pool = pool(&tree, &[String::new()]).expect("the reflection proto above compiles");
        let method = any_method(&pool, &format!("{package}.ServerReflection/ServerReflectionInfo"))?;
        let mirror = Mirror { client: Client::remote(address, pool)?, method, until };
        if let Some(served) = mirror.served()? {
            return Ok(Some(served));
        }
    }
    Ok(None)
}

/// A server that is asked in one version of the protocol.
struct Mirror {
    client: Client,
    method: MethodDescriptor,
    until: Instant,
}

impl Mirror {
    fn served(mut self) -> Result<Option<Served>, Error> {
        let Some(list) = self.ask(json!({ "list_services": "*" }))? else { return Ok(None) };
        let services: Vec<String> = messages(&list, "list_services_response", "service")
            .iter()
            .filter_map(Value::as_message)
            .filter_map(|service| Some(service.get_field_by_name("name")?.as_str()?.to_owned()))
            .filter(|service| !service.starts_with(OF_GRPC))
            .collect();
        let mut files = Files::default();
        for service in &services {
            let found = self.files(json!({ "file_containing_symbol": service }))?;
            files.add(found).map_err(|reason| self.failed(reason))?;
        }
        while let Some(name) = files.missing() {
            let found = self.files(json!({ "file_by_filename": name }))?;
            files.add(found).map_err(|reason| self.failed(reason))?;
            if !files.have(&name) {
                return Err(self.failed(format!("asked for `{name}`, it answers other files")));
            }
        }
        Ok(Some(Served { services, descriptors: files.into_set() }))
    }

    /// Asks one question; `None` if the server refuses to answer it.
    fn ask(&mut self, question: serde_json::Value) -> Result<Option<DynamicMessage>, Error> {
        let shown = question.to_string();
        let request = request(&self.method, question)?;
        let left = self.until.saturating_duration_since(Instant::now());
        let answer = self.client.call_messages(&self.method, vec![request], left, &[])?;
        match (answer.code, answer.responses.into_iter().next()) {
            (Code::Ok, Some(response)) if response.has_field_by_name("error_response") => {
                let said = response.get_field_by_name("error_response");
                let said = said.as_ref().and_then(|said| said.as_message());
                let said =
                    said.and_then(|said| Some(said.get_field_by_name("error_message")?.as_str()?.to_owned()));
                Err(self.failed(format!("to {shown} it answers: {}", said.unwrap_or_default())))
            }
            (Code::Ok, Some(response)) => Ok(Some(response)),
            (Code::Ok, None) => Err(self.failed(format!("to {shown} it answers nothing"))),
            (code, _) => match answer.unsent {
                // Its own word: nothing of the kind is there, or it is for others.
                None => Ok(None),
                Some(said) => {
                    let code = crate::code_name(code);
                    Err(self.failed(format!("to {shown} it answers {code} ({said})")))
                }
            },
        }
    }

    fn files(&mut self, question: serde_json::Value) -> Result<Vec<Vec<u8>>, Error> {
        let response = self.ask(question)?;
        let response = response.ok_or_else(|| self.failed("it no longer speaks the protocol".to_owned()))?;
        let files = messages(&response, "file_descriptor_response", "file_descriptor_proto");
        Ok(files.iter().filter_map(|file| file.as_bytes().map(|bytes| bytes.to_vec())).collect())
    }

    fn failed(&self, reason: String) -> Error {
        Error::NotReflected { address: self.client.address(), reason }
    }
}

/// The list in a message of a response.
fn messages(response: &DynamicMessage, message: &str, list: &str) -> Vec<Value> {
    let message = response.get_field_by_name(message);
    let message = message.as_ref().and_then(|message| message.as_message());
    let list = message.and_then(|message| message.get_field_by_name(list));
    list.and_then(|list| list.as_list().map(<[Value]>::to_vec)).unwrap_or_default()
}

/// Files as they were served, by name, with what they import.
#[derive(Default)]
struct Files {
    known: BTreeMap<String, Vec<u8>>,
    /// What is imported and was perhaps not read.
    imported: Vec<String>,
    bytes: usize,
}

impl Files {
    fn add(&mut self, files: Vec<Vec<u8>>) -> Result<(), String> {
        for bytes in files {
            let file = FileDescriptorProto::decode(bytes.as_slice());
            let file = file.map_err(|error| format!("it answers what is no descriptor: {error}"))?;
            if self.have(file.name()) {
                continue;
            }
            self.bytes += bytes.len();
            if self.known.len() >= MAX_FILES || self.bytes > MAX_BYTES {
                return Err(format!("it serves more than {MAX_FILES} files or {MAX_BYTES} bytes of them"));
            }
            self.known.insert(file.name().to_owned(), bytes);
            self.imported.extend(file.dependency.into_iter().filter(|name| !name.starts_with(WELL_KNOWN)));
        }
        Ok(())
    }

    fn have(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }

    /// A file that is imported and was not read.
    fn missing(&mut self) -> Option<String> {
        while let Some(name) = self.imported.pop() {
            if !self.have(&name) {
                return Some(name);
            }
        }
        None
    }

    /// All of them as a set. What the files say is kept as it was served, custom options too.
    fn into_set(self) -> Vec<u8> {
        let mut set = Vec::with_capacity(self.bytes);
        for bytes in self.known.into_values() {
            // A set is nothing but its files behind each other, each as field 1 with its length (wire type 2).
            set.push(1 << 3 | 2);
            encode_varint(bytes.len() as u64, &mut set);
            set.extend_from_slice(&bytes);
        }
        set
    }
}
