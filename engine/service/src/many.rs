//! Many calls of one method at once, over one connection.

use std::time::Duration;

use prost_reflect::{DynamicMessage, MethodDescriptor};
use tokio::task::JoinSet;

use crate::{Answer, Client, Error};

impl Client {
    /// Calls a unary method with each of the messages, `at_once` of them under way at a time. The answers stand in the
    /// order of the messages.
    ///
    /// # Errors
    /// As [`Client::call_message`]: there was no call.
    pub fn call_all(
        &mut self,
        method: &MethodDescriptor,
        requests: Vec<DynamicMessage>,
        at_once: usize,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Vec<Answer>, Error> {
        let calls = requests.into_iter().map(|request| self.begin(method, vec![request], deadline, metadata));
        let mut calls = calls.collect::<Result<Vec<_>, Error>>()?.into_iter().enumerate();
        let broken = |error: tokio::task::JoinError| Error::NoClient {
            address: self.address(),
            reason: error.to_string(),
        };
        let mut answers = self.runtime().block_on(async {
            let mut under_way = JoinSet::new();
            let mut answers = Vec::new();
            loop {
                for (at, call) in calls.by_ref().take(at_once.max(1).saturating_sub(under_way.len())) {
                    under_way.spawn(async move { (at, call.await) });
                }
                match under_way.join_next().await {
                    Some(answer) => answers.push(answer.map_err(broken)?),
                    None => return Ok(answers),
                }
            }
        })?;
        answers.sort_by_key(|(at, _)| *at);
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }
}
