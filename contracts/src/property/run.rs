//! Asks a service what a property says: saved failures first, then many requests at once, and of what fails the smallest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use findings::Finding;
use prost_reflect::{DynamicMessage, MethodDescriptor};
use serde_json::Value as Json;
use service::{Answer, code_name};

use super::ask::{Broken, Seen};
use super::entry::Property;
use super::law::Law;
use super::make::{Drawn, Maker};
use super::plan::Plan;
use super::shrink::shrink;
use crate::Error;
use crate::promise::{Case, Stage, cut};
use crate::rules::property_failed::PROPERTY_FAILED;

/// How many requests are made before the first of them are asked.
const BATCH: u64 = 128;
/// How often a failing request is made smaller at most, and for how long: a service that hangs is not asked all day.
const TRIES: usize = 1_000;
const SHRINKS_FOR: Duration = Duration::from_secs(10);

/// A property on its way.
pub(super) struct Run<'a> {
    pub(super) property: &'a Property,
    pub(super) case: &'a Case<'a>,
    pub(super) method: MethodDescriptor,
    pub(super) deadline: Duration,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) maker: Maker,
    pub(super) response: Option<Plan>,
    /// What was seen, which must not be nothing.
    pub(super) seen: Seen,
}

/// A request that does not keep a law.
struct Failing {
    drawn: Option<Drawn>,
    request: DynamicMessage,
    failure: String,
    answer: Answer,
    /// Where it came from, in words.
    from: String,
}

impl Property {
    /// Asks it. What does not fit head's protos is a promise of the base that is gone: head's own files fit.
    pub(crate) fn judge(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        if let Err((at, fault)) = self.check(case.terms, stage.pool) {
            return Ok(vec![case.gone(&PROPERTY_FAILED, &at, &fault)]);
        }
        let misfit = |(_, fault): (String, String)| case.not_asked(fault);
        let method = service::method(stage.pool, &case.terms.method(&self.rpc));
        let method = method.map_err(|error| case.not_asked(error))?;
        let plan = Plan::of(&method.input(), &self.fields).map_err(misfit)?;
        let mut run = Run {
            property: self,
            case,
            deadline: case.terms.deadline(self.deadline),
            metadata: case.terms.metadata(&self.metadata),
            maker: Maker::of(self, plan),
            response: self.response_plan(&method.output()).map_err(misfit)?,
            method,
            seen: Seen::default(),
        };
        let failing = run.search(stage)?;
        let mut findings = Vec::new();
        for (law, failing) in failing {
            findings.push(run.smallest(law, failing, stage)?);
        }
        findings.extend(run.emptiness());
        Ok(findings)
    }
}

impl Run<'_> {
    /// The first request that fails, law by law.
    fn search(&mut self, stage: &mut Stage<'_>) -> Result<BTreeMap<usize, Failing>, Error> {
        let mut failing: BTreeMap<usize, Failing> = BTreeMap::new();
        let laws: Vec<usize> = (0..self.property.require.len()).collect();
        let cases = self.maker.cases(self.property.cases());
        let mut next = 0;
        while next < cases && failing.len() < laws.len() {
            let until = (next + BATCH).min(cases);
            let drawn: Vec<(u64, Drawn)> =
                (next..until).filter_map(|case| Some((case, self.maker.case(case)?))).collect();
            next = until;
            let requests: Vec<DynamicMessage> =
                drawn.iter().map(|(_, drawn)| drawn.request.clone()).collect();
            let wrong: Vec<_> = drawn.iter().map(|(_, drawn)| self.wrong(drawn)).collect();
            let failures = self.ask(&laws, &requests, &wrong, stage)?;
            for ((case, drawn), failures) in drawn.into_iter().zip(failures) {
                // One fault breaks several laws: the first of them says so.
                if let Some(broken) = failures.into_iter().min_by_key(|broken| broken.law) {
                    failing.entry(broken.law).or_insert_with(|| Failing {
                        request: drawn.request.clone(),
                        drawn: Some(drawn.clone()),
                        failure: broken.failure,
                        answer: broken.answer,
                        from: format!("case {case} of seed {}", self.property.seed),
                    });
                }
            }
        }
        Ok(failing)
    }

    /// The field of a request that was made wrong, and how.
    fn wrong(&self, drawn: &Drawn) -> Option<(String, &'static str)> {
        let violation = drawn.violation?;
        Some((self.maker.plan.slots[violation.slot].path.clone(), violation.fault.words()))
    }

    /// Makes a failing request as small as it goes, and says what fails.
    fn smallest(&mut self, law: usize, failing: Failing, stage: &mut Stage<'_>) -> Result<Finding, Error> {
        let mut best = failing;
        let mut tries = 0;
        if let Some(drawn) = best.drawn.clone() {
            let until = Instant::now() + SHRINKS_FOR;
            let mut error = None;
            let mut smaller: Option<Failing> = None;
            shrink(drawn.made.clone(), TRIES, |choices| {
                if error.is_some() || Instant::now() > until {
                    return None;
                }
                let again = self.maker.again(choices, drawn.violation)?;
                tries += 1;
                match self.once(law, &again, stage) {
                    Ok(Some(broken)) => {
                        let made = again.made.clone();
                        let is_smaller = smaller
                            .as_ref()
                            .and_then(|smaller| smaller.drawn.as_ref())
                            .is_none_or(|smaller| made.is_simpler_than(&smaller.made));
                        if is_smaller {
                            smaller = Some(Failing {
                                request: again.request.clone(),
                                drawn: Some(again),
                                failure: broken.failure,
                                answer: broken.answer,
                                from: best.from.clone(),
                            });
                        }
                        Some(made)
                    }
                    Ok(None) => None,
                    Err(failed) => {
                        error = Some(failed);
                        None
                    }
                }
            });
            if let Some(error) = error {
                return Err(error);
            }
            best = smaller.unwrap_or(best);
        }
        Ok(self.finding(law, &best, tries))
    }

    /// Whether one request alone does not keep a law.
    fn once(&mut self, law: usize, drawn: &Drawn, stage: &mut Stage<'_>) -> Result<Option<Broken>, Error> {
        let wrong = [self.wrong(drawn)];
        let failures = self.ask(&[law], std::slice::from_ref(&drawn.request), &wrong, stage)?;
        Ok(failures.into_iter().flatten().next())
    }

    fn finding(&self, law: usize, failing: &Failing, tries: usize) -> Finding {
        let law = &self.property.require[law];
        let shown = service::to_short_json(&failing.request).unwrap_or_else(Json::String);
        let rpc = self.case.terms.method(&self.property.rpc);
        let smaller = if tries == 0 { String::new() } else { format!(", made smaller in {tries} tries") };
        self.case
            .finding(&PROPERTY_FAILED, &[format!("`{}` does not hold: {}", law.key(), failing.failure)])
            .fact(law.key())
            .note(format!("asked {rpc} with {}", cut(&shown)))
            .note(answered(&failing.answer))
            .note(format!("found as {}{smaller}", failing.from))
    }

    /// What keeps the property from saying anything, which is no pass.
    fn emptiness(&self) -> Option<Finding> {
        let is_valid =
            !self.property.require.iter().any(|law| matches!(law, Law::Refused(_) | Law::Accepted));
        if self.seen.accepted == 0 && is_valid {
            let refusal = self.seen.refusal.as_deref().unwrap_or("nothing");
            let failure = format!(
                "none of {} requests was answered with OK, so that nothing was seen",
                self.seen.asked
            );
            return Some(
                self.case
                    .finding(&PROPERTY_FAILED, &[failure])
                    .fact("empty")
                    .note(format!("the first was {refusal}")),
            );
        }
        let uncompared = self.seen.partial.iter().find(|(law, _)| !self.seen.compared.contains_key(law))?;
        let law = self.property.require[*uncompared.0].key();
        let failure =
            format!("`{law}` was not seen: one of the answers was partial all {} times", uncompared.1);
        Some(self.case.finding(&PROPERTY_FAILED, &[failure]).fact("partial").fact(law))
    }
}

pub(super) fn answered(answer: &Answer) -> String {
    let status = code_name(answer.code);
    match (&answer.response, &answer.unsent) {
        (Some(response), _) => format!("answered {status} with {}", cut(response)),
        (None, Some(unsent)) => format!("no answer of the service: {unsent}"),
        (None, None) => format!("answered {status}: {}", answer.message),
    }
}
