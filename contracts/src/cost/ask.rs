//! Asking both sides the same requests in turn, so that whatever slows the machine slows both.

use std::time::{Duration, Instant};

use prost_reflect::DynamicMessage;
use service::{Answer, Code};

use super::Side;
use crate::comparison::{Cost, Request, Row, Workload};

/// How many answers in a row may fail to come before a service counts as gone.
const PATIENCE: u32 = 3;

/// A side whose service ended or does not answer any more, and what is known of it.
pub(super) enum Silent {
    Base(String),
    Head(String),
}

/// What is known of one request on one side.
#[derive(Clone)]
enum Known {
    /// Nothing that can be compared: it does not fit the protos, or an answer did not come.
    Nothing,
    /// Every answer had this status, and the lowest cost of all is this.
    Answered(Code, Cost),
}

/// A side that is being asked.
struct Asked {
    side: Side,
    /// The requests as messages of its protos.
    messages: Vec<Option<DynamicMessage>>,
    known: Vec<Option<Known>>,
    /// How many answers in a row did not come.
    silent: u32,
}

/// Asks every request so many times of both sides, and gives back what each costs that both answer alike.
pub(super) fn ask(workload: &Workload, rounds: u32, base: Side, head: Side) -> Result<Vec<Row<'_>>, Silent> {
    let (mut base, mut head) = (Asked::of(base, workload), Asked::of(head, workload));
    for round in 0..rounds as usize {
        for (index, request) in workload.requests.iter().enumerate() {
            // Whoever is second finds the machine's caches warm: each is as often second as first.
            if (round + index) % 2 == 0 {
                base.ask(index, request).map_err(Silent::Base)?;
                head.ask(index, request).map_err(Silent::Head)?;
            } else {
                head.ask(index, request).map_err(Silent::Head)?;
                base.ask(index, request).map_err(Silent::Base)?;
            }
        }
    }
    let pairs = workload.requests.iter().zip(base.known.into_iter().zip(head.known));
    Ok(pairs
        .filter_map(|(request, pair)| match pair {
            (Some(Known::Answered(was, base)), Some(Known::Answered(is, head))) if was == is => {
                Some(Row { request, base, head })
            }
            _ => None,
        })
        .collect())
}

impl Asked {
    fn of(side: Side, workload: &Workload) -> Asked {
        let message = |request: &Request| service::request(&side.method, request.message.clone()).ok();
        let messages = workload.requests.iter().map(message).collect();
        Asked { side, messages, known: vec![None; workload.requests.len()], silent: 0 }
    }

    fn ask(&mut self, index: usize, request: &Request) -> Result<(), String> {
        let (Some(message), None | Some(Known::Answered(..))) = (&self.messages[index], &self.known[index])
        else {
            self.known[index] = Some(Known::Nothing);
            return Ok(());
        };
        let Side { session, method, deadline } = &mut self.side;
        let message = message.clone();
        let began = Instant::now();
        let answer = session
            .call_message(method, message, *deadline, &[])
            .map_err(|error| format!("service could not be asked `{}`: {error}", request.id))?;
        let time = began.elapsed();
        self.silent = if answer.unsent.is_some() { self.silent + 1 } else { 0 };
        if let Some(reason) = answer.unsent.as_ref().filter(|_| self.silent == PATIENCE) {
            return Err(format!(
                "service gave no answer {PATIENCE} times in a row, at last to `{}`: {reason}",
                request.id
            ));
        }
        let now = self.read(answer, time);
        self.known[index] = Some(match (self.known[index].take(), now) {
            (None, now) => now,
            (Some(Known::Answered(was, before)), Known::Answered(is, now)) if was == is => {
                Known::Answered(is, before.lower(now))
            }
            _ => Known::Nothing,
        });
        Ok(())
    }

    fn read(&self, answer: Answer, time: Duration) -> Known {
        if answer.unsent.is_some() {
            return Known::Nothing;
        }
        let output = self.side.method.output();
        let response = answer.response.and_then(|json| DynamicMessage::deserialize(output, json).ok());
        let payload =
            response.map_or(0, |message| prost_reflect::prost::Message::encoded_len(&message) as u64);
        Known::Answered(answer.code, Cost { counts: Cost::told(&answer.metadata), payload, time })
    }
}
