//! Asks a service what a property says: saved failures first, then many requests at once, and of what fails the smallest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use findings::Finding;
use prost_reflect::{DynamicMessage, MethodDescriptor};
use serde_json::Value as Json;
use service::{Answer, Code, code_name};

use super::ask::{Broken, Seen};
use super::entry::Property;
use super::law::Law;
use super::make::{Drawn, Maker};
use super::plan::Plan;
use super::regression;
use super::shrink::shrink;
use crate::Error;
use crate::promise::{Case, Stage, cut};
use crate::rules::property_failed::PROPERTY_FAILED;
use crate::statement::Statements;

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
    /// Those of laws in CEL.
    pub(super) statements: Vec<Option<Statements>>,
    /// What was seen, which must not be nothing.
    pub(super) seen: Seen,
}

/// A request that does not keep a law.
pub(crate) struct Failing {
    pub(super) law: usize,
    /// What it was made of; nothing where it was saved.
    drawn: Option<Drawn>,
    pub(super) request: DynamicMessage,
    pub(super) failure: String,
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
        let mut run = Run::of(self, case, stage)?;
        let failing = run.failing(stage)?;
        let findings = failing.iter().map(|failing| run.finding(failing));
        let empty = run.emptiness().filter(|_| failing.is_empty());
        Ok(findings.chain(empty).collect())
    }
}

impl<'a> Run<'a> {
    /// A property that fits the protos.
    pub(super) fn of(
        property: &'a Property,
        case: &'a Case<'a>,
        stage: &Stage<'_>,
    ) -> Result<Run<'a>, Error> {
        let misfit = |(_, fault): (String, String)| case.not_asked(fault);
        let method = service::method(stage.pool, &case.terms.method(&property.rpc));
        let method = method.map_err(|error| case.not_asked(error))?;
        let plan = Plan::of(&method.input(), &property.fields).map_err(misfit)?;
        let statements = property.require.iter().map(|law| law.statements(&method));
        let statements = statements.collect::<Result<_, _>>().map_err(|fault| case.not_asked(fault))?;
        Ok(Run {
            property,
            case,
            deadline: case.terms.deadline(property.deadline),
            metadata: case.terms.metadata(&property.metadata),
            maker: Maker::of(property, plan),
            response: property.response_plan(&method.output()).map_err(misfit)?,
            statements,
            method,
            seen: Seen::default(),
        })
    }

    /// The requests that fail, of each law one, as small as it goes.
    pub(super) fn failing(&mut self, stage: &mut Stage<'_>) -> Result<Vec<Failing>, Error> {
        let mut failing = self.saved(stage)?;
        self.search(&mut failing, stage)?;
        let mut smallest = Vec::new();
        for failing in failing.into_values() {
            smallest.extend(self.smallest(failing, stage)?);
        }
        Ok(smallest)
    }

    /// Asks what failed once and was saved.
    fn saved(&mut self, stage: &mut Stage<'_>) -> Result<BTreeMap<usize, Failing>, Error> {
        let saved = regression::saved(stage.change, self.case.path, self.case.name)?;
        let (mut requests, mut wrong, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        for saved in saved {
            // Head's fit its protos; the base's may be of fields that are gone.
            let Ok(request) = service::request(&self.method, saved.request) else { continue };
            let fault = self.maker.plan.faults(&request).into_iter().next();
            wrong.push(fault.map(|(slot, fault)| (self.maker.plan.slots[slot].path.clone(), fault.words())));
            requests.push(request);
            paths.push(saved.path);
        }
        let laws: Vec<usize> = (0..self.property.require.len()).collect();
        let failures = self.ask(&laws, &requests, &wrong, stage)?;
        self.seen.cases += requests.len() as u64;
        let mut failing = BTreeMap::new();
        for ((request, path), failures) in requests.into_iter().zip(paths).zip(failures) {
            if let Some(broken) = failures.into_iter().min_by_key(|broken| broken.law) {
                failing
                    .entry(broken.law)
                    .or_insert_with(|| Failing::of(broken, request, None, format!("saved in {path}")));
            }
        }
        Ok(failing)
    }

    /// The first request that fails, law by law.
    fn search(&mut self, failing: &mut BTreeMap<usize, Failing>, stage: &mut Stage<'_>) -> Result<(), Error> {
        let laws: Vec<usize> = (0..self.property.require.len()).collect();
        let cases = self.maker.cases(self.property.cases());
        let mut next = 0;
        // A service that never answers in time is not asked all day.
        while next < cases && failing.len() < laws.len() && !self.seen.is_all_late() {
            let until = (next + BATCH).min(cases);
            let drawn: Vec<(u64, Drawn)> =
                (next..until).filter_map(|case| Some((case, self.maker.case(case)?))).collect();
            next = until;
            let requests: Vec<DynamicMessage> =
                drawn.iter().map(|(_, drawn)| drawn.request.clone()).collect();
            let wrong: Vec<_> = drawn.iter().map(|(_, drawn)| self.wrong(drawn)).collect();
            let failures = self.ask(&laws, &requests, &wrong, stage)?;
            self.seen.cases += requests.len() as u64;
            for ((case, drawn), failures) in drawn.into_iter().zip(failures) {
                // One fault breaks several laws: the first of them says so.
                if let Some(broken) = failures.into_iter().min_by_key(|broken| broken.law) {
                    let from = format!("found as case {case} of seed {}", self.property.seed);
                    let request = drawn.request.clone();
                    failing
                        .entry(broken.law)
                        .or_insert_with(|| Failing::of(broken, request, Some(drawn), from));
                }
            }
        }
        Ok(())
    }

    /// The field of a request that was made wrong, and how.
    fn wrong(&self, drawn: &Drawn) -> Option<(String, &'static str)> {
        let violation = drawn.violation?;
        Some((self.maker.plan.slots[violation.slot].path.clone(), violation.fault.words()))
    }

    /// Makes a failing request as small as it goes. `None` where it was late and is not when it is asked alone.
    fn smallest(&mut self, failing: Failing, stage: &mut Stage<'_>) -> Result<Option<Failing>, Error> {
        let Some(drawn) = failing.drawn.clone() else { return Ok(Some(failing)) };
        let (law, mut best) = (failing.law, failing);
        let alone = self.once(law, &drawn, stage)?;
        if alone.is_none() {
            let is_late = best.answer.code == Code::DeadlineExceeded && best.answer.unsent.is_some();
            best.from.push_str(", among many; asked alone, it was kept");
            return Ok((!is_late).then_some(best));
        }
        let (mut tries, until, mut error) = (0, Instant::now() + SHRINKS_FOR, None);
        let from = best.from.clone();
        shrink(drawn.made.clone(), TRIES, |choices| {
            if error.is_some() || Instant::now() > until {
                return None;
            }
            let again = self.maker.again(choices, drawn.violation)?;
            tries += 1;
            let broken = self.once(law, &again, stage).unwrap_or_else(|failed| {
                error = Some(failed);
                None
            })?;
            let made = again.made.clone();
            if best.drawn.as_ref().is_none_or(|best| made.is_simpler_than(&best.made)) {
                let from = format!("{from}, made smaller in {tries} tries");
                best = Failing::of(broken, again.request.clone(), Some(again), from);
            }
            Some(made)
        });
        error.map_or(Ok(Some(best)), Err)
    }

    /// Whether one request alone does not keep a law.
    fn once(&mut self, law: usize, drawn: &Drawn, stage: &mut Stage<'_>) -> Result<Option<Broken>, Error> {
        let wrong = [self.wrong(drawn)];
        let failures = self.ask(&[law], std::slice::from_ref(&drawn.request), &wrong, stage)?;
        Ok(failures.into_iter().flatten().next())
    }

    fn finding(&self, failing: &Failing) -> Finding {
        let law = &self.property.require[failing.law];
        let shown = service::to_short_json(&failing.request).unwrap_or_else(Json::String);
        let rpc = self.case.terms.method(&self.property.rpc);
        self.case
            .finding(&PROPERTY_FAILED, &[format!("`{}` does not hold: {}", law.key(), failing.failure)])
            .fact(law.key())
            .note(format!("asked {rpc} with {}", cut(&shown)))
            .note(answered(&failing.answer))
            .note(&failing.from)
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

impl Failing {
    fn of(broken: Broken, request: DynamicMessage, drawn: Option<Drawn>, from: String) -> Failing {
        let Broken { law, failure, answer } = broken;
        Failing { law, drawn, request, failure, answer, from }
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
