//! Asks requests, many at once, and what laws ask beside them.

use std::collections::BTreeMap;

use prost_reflect::DynamicMessage;
use service::{Answer, Code};

use super::holds::Asked;
use super::relation;
use super::run::{Run, answered};
use crate::Error;
use crate::promise::Stage;

/// How many calls are under way at once.
const AT_ONCE: usize = 16;

/// A law that does not hold for a request.
#[derive(Clone)]
pub(super) struct Broken {
    pub(super) law: usize,
    pub(super) failure: String,
    pub(super) answer: Answer,
}

/// What was seen, which must not be nothing.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) asked: u64,
    /// How many of them were cases, which laws may ask several times.
    pub(super) cases: u64,
    pub(super) accepted: u64,
    /// How many answers did not come in time.
    pub(super) late: u64,
    /// The first answer that was not OK.
    pub(super) refusal: Option<String>,
    /// How often answers were compared, and how often one of them was not a full one, by law.
    pub(super) compared: BTreeMap<usize, u64>,
    pub(super) partial: BTreeMap<usize, u64>,
}

impl Seen {
    pub(super) fn is_all_late(&self) -> bool {
        self.late > 0 && self.late == self.asked
    }
}

impl Run<'_> {
    /// Asks requests, and what laws ask beside them: for each request the laws that do not hold.
    pub(super) fn ask(
        &mut self,
        laws: &[usize],
        requests: &[DynamicMessage],
        wrong: &[Option<(String, &'static str)>],
        stage: &mut Stage<'_>,
    ) -> Result<Vec<Vec<Broken>>, Error> {
        let property = self.property;
        let answers = self.call(requests.to_vec(), stage)?;
        answers.iter().for_each(|answer| self.see(answer));
        let mut failures: Vec<Vec<Broken>> = vec![Vec::new(); requests.len()];
        let mut beside = Vec::new();
        for (at, (request, answer)) in requests.iter().zip(&answers).enumerate() {
            let wrong = wrong.get(at).and_then(Option::as_ref);
            let asked = |law: usize| Asked {
                method: &self.method,
                request,
                statements: self.statements[law].as_ref(),
                response: self.response.as_ref(),
                wrong: wrong.map(|(path, how)| (path.as_str(), *how)),
            };
            for law in laws {
                if let Some(failure) = property.require[*law].failure(&asked(*law), answer) {
                    failures[at].push(Broken { law: *law, failure, answer: answer.clone() });
                }
                // What a broken stream says of a request, it says of all its relations.
                if answer.unsent.is_none() {
                    let others = relation::others(&property.require[*law], request).into_iter();
                    let others =
                        others.filter(|other| wrong.is_some() || self.maker.plan.faults(other).is_empty());
                    beside.extend(others.map(|other| (at, *law, other)));
                }
            }
        }
        let others = self.call(beside.iter().map(|(.., request)| request.clone()).collect(), stage)?;
        let mut groups: BTreeMap<(usize, usize), Vec<Answer>> = BTreeMap::new();
        for ((at, law, _), answer) in beside.into_iter().zip(others) {
            groups.entry((at, law)).or_default().push(answer);
        }
        for ((at, law), others) in groups {
            let answer = &answers[at];
            // What a busy machine answers says nothing of relations, either.
            let is_partial = |answer: &Answer| {
                matches!(answer.code, Code::DeadlineExceeded | Code::ResourceExhausted)
                    || relation::is_partial(answer, &property.partial_if)
            };
            if is_partial(answer) || others.iter().any(is_partial) {
                *self.seen.partial.entry(law).or_default() += 1;
                continue;
            }
            *self.seen.compared.entry(law).or_default() += 1;
            if let Some(failure) =
                relation::failure(&property.require[law], answer, &others, &property.ignore)
            {
                failures[at].push(Broken { law, failure, answer: answer.clone() });
            }
        }
        Ok(failures)
    }

    fn see(&mut self, answer: &Answer) {
        self.seen.asked += 1;
        self.seen.late += u64::from(answer.code == Code::DeadlineExceeded && answer.unsent.is_some());
        if answer.code == Code::Ok {
            self.seen.accepted += 1;
        } else if self.seen.refusal.is_none() {
            self.seen.refusal = Some(answered(answer));
        }
    }

    /// Calls the method, many times at once.
    fn call(&self, requests: Vec<DynamicMessage>, stage: &mut Stage<'_>) -> Result<Vec<Answer>, Error> {
        let count = requests.len();
        let session = stage.session(&self.case.terms.target)?;
        let answers =
            session.client().call_all(&self.method, requests, AT_ONCE, self.deadline, &self.metadata);
        let answers = answers.map_err(|error| self.case.not_asked(error))?;
        if answers.iter().any(|answer| answer.unsent.is_some()) {
            let survived = session.check_survived();
            survived.map_err(|error| {
                self.case
                    .not_asked(format!("one of {count} requests of seed {}: {error}", self.property.seed))
            })?;
        }
        Ok(answers)
    }
}
