//! One call with a deadline, and what a stand-in saw of it.

use std::time::{Duration, Instant};

use service::wire::{Heard, Outgoing, Wire};
use service::{Code, Received, StandIn, code_name};

use crate::promise::profile::alternatives;

/// How much longer than allowed a status is waited for, to say when it came.
const CURIOSITY: Duration = Duration::from_secs(1);
/// How long after the status a call to a dependency may still be waited for.
const LETTING_GO: Duration = Duration::from_millis(250);
/// By how much what is granted to a dependency may exceed what is left: the way there takes time, too.
const TOLERANCE: Duration = Duration::from_millis(25);
const PAUSE: Duration = Duration::from_millis(5);

/// A call, and what must come of it.
pub(super) struct Attempt<'a> {
    pub(super) outgoing: &'a Outgoing,
    /// The deadline that it says.
    pub(super) granted: Duration,
    /// How long after the sending the status may come.
    pub(super) within: Duration,
    pub(super) right: &'a [Code],
    /// What does not answer meanwhile, and which of its methods.
    pub(super) stalled: Option<(&'a StandIn, &'a str)>,
}

impl Attempt<'_> {
    /// Makes the call. Gives back what was wrong, and whether the connection broke over it.
    pub(super) fn make(&self, wire: &mut Wire) -> (Vec<String>, bool) {
        if let Some((stand_in, rpc)) = self.stalled {
            stand_in.forget();
            stand_in.stall(rpc);
        }
        let sent = Instant::now();
        let heard = wire.send(self.outgoing, self.within + CURIOSITY);
        let mut failures = self.of_answer(&heard);
        if let Some((stand_in, rpc)) = self.stalled {
            failures.extend(self.of_dependency(sent, stand_in, rpc));
            stand_in.pass_all();
        }
        (failures, heard.code.is_none())
    }

    fn of_answer(&self, heard: &Heard) -> Vec<String> {
        let after = rounded(heard.after);
        let Some(code) = heard.code else {
            let reason = heard.broken.as_deref().unwrap_or("the call ended without one");
            return vec![format!("expected a status within {:?}, got none: {reason}", self.within)];
        };
        let mut failures = Vec::new();
        if !self.right.contains(&code) {
            let expected = alternatives(self.right);
            failures.push(format!("expected the status {expected}, got {} after {after:?}", code_name(code)));
        }
        if heard.after > self.within {
            let (within, code) = (self.within, code_name(code));
            failures.push(format!("expected a status within {within:?}, got {code} after {after:?}"));
        }
        failures
    }

    /// What is wrong with the calls that the service made.
    fn of_dependency(&self, sent: Instant, stand_in: &StandIn, rpc: &str) -> Option<String> {
        let until = Instant::now() + LETTING_GO;
        let calls = loop {
            let calls: Vec<Received> =
                stand_in.received().into_iter().filter(|call| call.rpc == rpc).collect();
            if calls.iter().all(|call| call.given_up.is_some()) || Instant::now() >= until {
                break calls;
            }
            std::thread::sleep(PAUSE);
        };
        if calls.is_empty() {
            return Some(format!("expected a call of `{rpc}`, and the service made none"));
        }
        calls.iter().find_map(|call| {
            let left = self.granted.saturating_sub(call.at.saturating_duration_since(sent));
            match call.timeout {
                None => Some(format!("expected `{rpc}` to be asked with a deadline, and it had none")),
                Some(timeout) if timeout > left + TOLERANCE => Some(format!(
                    "expected `{rpc}` to be granted what is left, {:?}, and it had {:?}",
                    rounded(left),
                    rounded(timeout)
                )),
                Some(_) if call.given_up.is_none() => Some(format!(
                    "expected the call of `{rpc}` to be given up, and it is waited for {LETTING_GO:?} later"
                )),
                Some(_) => None,
            }
        })
    }
}

/// A time as a reader wants it.
fn rounded(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}
