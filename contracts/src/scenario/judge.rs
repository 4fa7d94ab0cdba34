//! Asking a running service what one scenario says.

use findings::Finding;
use serde_json::Value;
use service::{Answer, code_name};

use super::expect::Exchange;
use super::{Scenario, expect};
use crate::Error;
use crate::promise::{Case, Stage, cut};
use crate::rules::scenario_failed::SCENARIO_FAILED;

impl Scenario {
    /// Asks it. What does not fit head's protos is a promise of the base that is gone: head's own files fit.
    pub(crate) fn judge(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<Vec<Finding>, Error> {
        if let Err((at, fault)) = self.check(case.terms, stage.pool) {
            return Ok(vec![case.gone(&SCENARIO_FAILED, &at, &fault)]);
        }
        let (failures, answer) = self.ask(case, stage)?;
        if failures.is_empty() {
            return Ok(Vec::new());
        }
        let asked = format!("asked {} with {}", case.terms.method(&self.rpc), cut(&self.shown()));
        Ok(vec![case.finding(&SCENARIO_FAILED, &failures).note(asked).note(answered(&answer))])
    }

    /// Asks it once: what of the answer is not as expected, and the answer.
    ///
    /// # Errors
    /// Where nothing can be said of the service, for instance because it ended over the call.
    pub(crate) fn ask(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<(Vec<String>, Answer), Error> {
        let rpc = case.terms.method(&self.rpc);
        let method = service::any_method(stage.pool, &rpc).map_err(|error| case.not_asked(error))?;
        let sent = self.sent();
        let requests = sent.iter().map(|request| service::request(&method, request.clone()));
        let requests = requests.collect::<Result<Vec<_>, _>>().map_err(|error| case.not_asked(error))?;
        let (deadline, metadata) = (case.terms.deadline(self.deadline), case.terms.metadata(&self.metadata));
        let session = stage.session(&case.terms.target)?;
        let answer = session.call_messages(&method, requests.clone(), deadline, &metadata);
        let answer = answer.map_err(|error| case.not_asked(error))?;
        let exchange = Exchange { method: &method, pool: stage.pool, requests: &requests, answer: &answer };
        Ok((expect::failures(&self.expect, &exchange), answer))
    }
}

fn answered(answer: &Answer) -> String {
    let status = code_name(answer.code);
    let responses: Vec<Value> =
        answer.responses.iter().filter_map(|got| service::to_json(got).ok()).collect();
    match (&answer.response, &answer.unsent) {
        (Some(response), _) => format!("answered {status} with {}", cut(response)),
        (None, Some(unsent)) => format!("no answer of the service: {unsent}"),
        (None, None) if !responses.is_empty() => {
            format!("answered {status} with {}", cut(&Value::from(responses)))
        }
        (None, None) => format!("answered {status}: {}", answer.message),
    }
}
