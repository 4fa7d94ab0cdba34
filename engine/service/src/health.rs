//! The gRPC health protocol, as far as readiness needs it.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tonic::Code;

use crate::{Client, Error, pool};

/// The public protocol `grpc.health.v1`, the part that is called.
const PROTO: &str = r#"
syntax = "proto3";
package grpc.health.v1;
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse {
  enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
  ServingStatus status = 1;
}
service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); }
"#;

/// Asks one address whether it serves.
pub(crate) struct Probe(Client);

/// What was answered.
pub(crate) enum State {
    /// It serves.
    Serving,
    /// It does not, and why not.
    Not(String),
}

impl Probe {
    /// Whether the address may be asked is decided before.
    pub(crate) fn of(address: SocketAddr) -> Result<Probe, Error> {
        let tree = source::Tree::from_memory([("health.proto", PROTO)]);
        let pool = pool(&tree, &[String::new()]).expect("the health proto above compiles");
        Client::remote(address, pool).map(Probe)
    }

    pub(crate) fn ask(&mut self, within: Duration) -> Result<State, Error> {
        let answer = self.0.call("grpc.health.v1.Health/Check", json!({}), within, &[])?;
        let status = answer.response.as_ref().and_then(|response| response["status"].as_str());
        Ok(match (answer.code, status) {
            (Code::Ok, Some("SERVING")) => State::Serving,
            (Code::Ok, other) => {
                State::Not(format!("its health service answers {}", other.unwrap_or("an unknown status")))
            }
            (Code::Unimplemented, _) => State::Not("it has no gRPC health service".to_owned()),
            (code, _) => State::Not(format!(
                "its health service answers {} ({})",
                crate::code_name(code),
                answer.unsent.unwrap_or(answer.message)
            )),
        })
    }
}
