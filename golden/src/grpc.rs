//! Asking a real service over gRPC, with the crate `service`: what [`Start`](crate::Start) does in the gate.

use std::time::Duration;

use serde_json::Value;
use service::{Client, Launch, Protos, Running, code_name};

use crate::capture::{Answer, Ask};
use crate::policy::Corpus;

/// Starts a service and gives back who asks it the RPC of a corpus. Protos that are wrong elsewhere do not matter,
/// as long as they define that RPC.
///
/// # Errors
///
/// Where the service does not start or the protos have no such RPC.
pub fn ask(launch: &Launch, protos: &Protos, corpus: &Corpus) -> Result<Ask, String> {
    service::method(&protos.pool, &corpus.rpc).map_err(|error| match protos.errors.first() {
        Some(proto) => format!("{error}; {proto}"),
        None => error.to_string(),
    })?;
    let mut running = Running::start(launch).map_err(|error| error.to_string())?;
    let mut client =
        Client::connect(running.address(), protos.pool.clone()).map_err(|error| error.to_string())?;
    let (rpc, deadline) = (corpus.rpc.clone(), Duration::from_millis(corpus.deadline_ms));
    Ok(Box::new(move |request: &Value| {
        let answer = client.call(&rpc, request.clone(), deadline, &[]).map_err(|error| error.to_string())?;
        if answer.unsent.is_some() {
            running.check_alive().map_err(|error| error.to_string())?;
        }
        Ok(Answer {
            status: code_name(answer.code).to_owned(),
            response: answer.response,
            unsent: answer.unsent,
        })
    }))
}
