//! Asking a running service what one scenario says.

use findings::Finding;
use service::{Answer, code_name};

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
        let asked = format!("asked {} with {}", case.terms.method(&self.rpc), cut(&self.request));
        Ok(vec![case.finding(&SCENARIO_FAILED, &failures).note(asked).note(answered(&answer))])
    }

    /// Asks it once: what of the answer is not as expected, and the answer.
    ///
    /// # Errors
    /// Where nothing can be said of the service, for instance because it ended over the call.
    pub(crate) fn ask(&self, case: &Case<'_>, stage: &mut Stage<'_>) -> Result<(Vec<String>, Answer), Error> {
        let rpc = case.terms.method(&self.rpc);
        let method = service::method(stage.pool, &rpc).map_err(|error| case.not_asked(error))?;
        let request =
            service::request(&method, self.request.clone()).map_err(|error| case.not_asked(error))?;
        let (deadline, metadata) = (case.terms.deadline(self.deadline), case.terms.metadata(&self.metadata));
        let session = stage.session(&case.terms.target)?;
        let answer = session.call_message(&method, request, deadline, &metadata);
        let answer = answer.map_err(|error| case.not_asked(error))?;
        Ok((expect::failures(&self.expect, &answer, &method.output()), answer))
    }
}

fn answered(answer: &Answer) -> String {
    let status = code_name(answer.code);
    match (&answer.response, &answer.unsent) {
        (Some(response), _) => format!("answered {status} with {}", cut(response)),
        (None, Some(unsent)) => format!("no answer of the service: {unsent}"),
        (None, None) => format!("answered {status}: {}", answer.message),
    }
}
