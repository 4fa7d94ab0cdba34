//! The section `robustness` of scenario files: what becomes of a call that no client should make, and of the service.

mod misuse;
mod sending;

use std::collections::BTreeMap;

use findings::Finding;
use prost_reflect::DescriptorPool;
use prost_reflect::prost::Message;
use serde::Deserialize;
use service::Code;

use crate::Error;
use crate::promise::profile::LATE;
use crate::promise::{Case, Misfit, Stage, Terms, Touched, cut};
use crate::rules::robustness_failed::ROBUSTNESS_FAILED;
use crate::scenario::Scenario;
use misuse::{ALL, Misuse};
use sending::Sending;

/// How many streams are opened at once where the file says nothing.
const STREAMS: u16 = 200;
/// A message that is too large where the file says nothing: servers take 4 MiB unless they are told otherwise.
const OVERSIZED: u32 = (4 << 20) + 1;
/// The largest message that is sent.
const LARGEST: u32 = 64 << 20;
/// The most streams that are opened at once.
const MOST_STREAMS: u16 = 10_000;

/// One entry of `robustness` as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Robustness {
    /// What it shows. Unique in its section.
    pub(crate) name: String,
    /// What is asked before the first case and after each, and must be answered as it says.
    sound: Scenario,
    /// What is sent; everything there is without the key.
    cases: Option<Vec<Misuse>>,
    /// The length in bytes of a message that the service must refuse.
    oversized: Option<u32>,
    /// How many streams are opened at once.
    streams: Option<u16>,
    /// Statuses that are right for a case besides those of the profile.
    #[serde(default)]
    statuses: BTreeMap<Misuse, Vec<String>>,
}

impl Robustness {
    /// What it touches of its service.
    pub(crate) fn touch(&self, terms: &Terms, pool: &DescriptorPool, touched: &mut Touched) {
        self.sound.touch(terms, pool, touched);
    }

    /// Refuses what does not fit the protos.
    pub(crate) fn check(&self, terms: &Terms, pool: &DescriptorPool) -> Result<(), Misfit> {
        self.sound.check(terms, pool).map_err(|(at, fault)| (format!("sound.{at}"), fault))?;
        // One that streams would have to be told when to stop.
        service::method(pool, &terms.method(&self.sound.rpc))
            .map_err(|error| ("sound.rpc".to_owned(), error.to_string()))?;
        let refuse = |at: &str, fault: String| Err((at.to_owned(), fault));
        if let Err(error) = service::method(pool, &terms.method(&self.sound.rpc)) {
            return refuse("sound.rpc", error.to_string());
        }
        if self.cases.as_ref().is_some_and(Vec::is_empty) {
            return refuse("cases", "nothing would be sent".to_owned());
        }
        if self.oversized.is_some_and(|bytes| !(1..=LARGEST).contains(&bytes)) {
            return refuse("oversized", format!("it is not between 1 and {LARGEST} bytes"));
        }
        if self.streams.is_some_and(|streams| !(1..=MOST_STREAMS).contains(&streams)) {
            return refuse("streams", format!("it is not between 1 and {MOST_STREAMS}"));
        }
        for (misuse, names) in &self.statuses {
            let at = format!("statuses.{}", misuse.name());
            if misuse.situation().is_none() {
                return refuse(
                    &at,
                    "it has no status: all that counts is that the service lives on".to_owned(),
                );
            }
            for (index, name) in names.iter().enumerate() {
                if service::parse_code(name).is_none() {
                    return refuse(&format!("{at}[{index}]"), format!("`{name}` is no status code of gRPC"));
                }
            }
        }
        Ok(())
    }

    /// Sends each case to the service; finds what it does not refuse, and what it does not outlive.
    pub(crate) fn judge(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        if let Err((at, fault)) = self.check(case.terms, stage.pool) {
            return Ok(vec![case.gone(&ROBUSTNESS_FAILED, &at, &fault)]);
        }
        let note = format!("the sound request is {} of {}", cut(&self.sound.shown()), self.sound.rpc);
        let (unsound, _) = self.sound.ask(case, stage)?;
        if let Some(failure) = unsound.first() {
            let failure = format!("before anything was sent, the sound request failed: {failure}");
            return Ok(vec![case.finding(&ROBUSTNESS_FAILED, &[failure]).note(note)]);
        }
        let sending = self.sending(case, stage.pool)?;
        let mut failures = Vec::new();
        for misuse in self.cases.as_deref().unwrap_or(&ALL) {
            let address = stage.session(&case.terms.target)?.address();
            let failure = sending.send(*misuse, address, &self.right(*misuse, case.terms));
            failures.extend(failure.map(|failure| format!("{}: {failure}", misuse.name())));
            if let Some(failure) = self.aftermath(case, stage) {
                failures.push(format!("{}: {failure}", misuse.name()));
            }
        }
        // Some end a moment later.
        if let Err(error) = stage.session(&case.terms.target)?.check_survived() {
            failures.push(format!("after all: {}", one_line(&error.to_string())));
            stage.end(&case.terms.target);
        }
        if failures.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![case.finding(&ROBUSTNESS_FAILED, &failures).note(note)])
    }

    /// What of the service is not as it was. One that ended is started anew for what is asked next.
    fn aftermath(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Option<String> {
        match self.sound.ask(case, stage) {
            Ok((failures, _)) => {
                failures.first().map(|failure| format!("afterwards, the sound request failed: {failure}"))
            }
            Err(error) => {
                stage.end(&case.terms.target);
                let said = match error {
                    Error::NotAsked { reason, .. } => reason,
                    other => other.to_string(),
                };
                Some(format!("the service did not outlive it: {}", one_line(&said)))
            }
        }
    }

    fn sending(&self, case: &Case<'_>, pool: &DescriptorPool) -> Result<Sending, Error> {
        let rpc = case.terms.method(&self.sound.rpc);
        let method = service::method(pool, &rpc).map_err(|error| case.not_asked(error))?;
        let request = service::request(&method, self.sound.shown());
        let mut among_many = vec![service::parse_code(&self.sound.expect.status).unwrap_or(Code::Ok)];
        among_many.extend([Code::ResourceExhausted, Code::Unavailable]);
        among_many.extend(case.terms.profile.right(&LATE));
        Ok(Sending {
            rpc,
            message: request.map_err(|error| case.not_asked(error))?.encode_to_vec(),
            metadata: case.terms.metadata(&self.sound.metadata),
            oversized: self.oversized.unwrap_or(OVERSIZED) as usize,
            streams: usize::from(self.streams.unwrap_or(STREAMS)),
            deadline: case.terms.deadline(self.sound.deadline),
            among_many,
        })
    }

    /// The statuses that are right for a case; none where it has no status.
    fn right(&self, misuse: Misuse, terms: &Terms) -> Vec<Code> {
        let of_profile = misuse.situation().map(|situation| terms.profile.right(situation));
        let more = self.statuses.get(&misuse).into_iter().flatten();
        let more = more.filter_map(|name| service::parse_code(name));
        of_profile.into_iter().flatten().chain(more).collect()
    }
}

/// The words of an error in a finding: one line without backticks that quote nothing.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|letter| !letter.is_control()).take(600).collect::<String>().replace('`', "'")
}
