//! Asking real services over gRPC, with the crate `service`: what [`Start`](crate::Start) does in the gate.

use std::time::Duration;

use serde_json::Value;
use service::{Circumstances, Protos, Workshop, code_name};

use crate::capture::{Answer, Ask};
use crate::paths;
use crate::policy::Corpus;

/// Builds the service of a corpus unless that was done, starts it, and gives back who asks it the corpus's RPC.
/// Protos that are wrong elsewhere do not matter, as long as they define that RPC.
///
/// # Errors
///
/// Where the protos have no such RPC, or a path of the corpus leads nowhere in its messages, before anything is built, or the service does not build or start. Whoever asks
/// gets an error where the service ended over a request, with its last output.
pub fn ask(workshop: &mut Workshop, protos: &Protos, corpus: &Corpus) -> Result<Ask, String> {
    let method = service::method(&protos.pool, &corpus.rpc).map_err(|error| match protos.errors.first() {
        Some(proto) => format!("{error}; {proto}"),
        None => error.to_string(),
    })?;
    paths::check(corpus, &method)?;
    let circumstances = Circumstances { clock: corpus.clock.clone(), seed: corpus.seed };
    let mut session = workshop
        .start(&corpus.service, protos.pool.clone(), &circumstances)
        .map_err(|error| error.to_string())?;
    let (rpc, deadline) = (corpus.rpc.clone(), Duration::from_millis(corpus.deadline_ms));
    Ok(Box::new(move |request: &Value| {
        let answer = session.call(&rpc, request.clone(), deadline, &[]).map_err(|error| error.to_string())?;
        let status = code_name(answer.code).to_owned();
        Ok(Answer { status, response: answer.response, unsent: answer.unsent })
    }))
}
