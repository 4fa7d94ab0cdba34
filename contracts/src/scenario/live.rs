//! Asking a running service what its scenarios say.

use std::collections::BTreeMap;
use std::time::Duration;

use findings::{Checked, Finding, Location};
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use serde_json::Value;
use service::{Answer, code_name};
use source::Change;

use super::collect::{Case, Side, cases, read_base, read_head};
use super::{expect, shape};
use crate::rules::scenario_failed::SCENARIO_FAILED;
use crate::{Error, Policy};

/// How much of a request or an answer a note shows, in characters.
const SHOWN: usize = 2_000;

/// Calls one method of a running service: method, request, deadline, metadata. An error means that nothing can be said
/// of the service, for instance because it ended.
pub type Ask = Box<
    dyn FnMut(&MethodDescriptor, DynamicMessage, Duration, &[(String, String)]) -> Result<Answer, String>,
>;

/// Starts a service by its name in the policy, for requests by the given protos, and gives back who asks it.
pub type Start<'a> = dyn FnMut(&str, &DescriptorPool) -> Result<Ask, String> + 'a;

/// Asks the services built from head what scenario files say: the base's as the base has them, and what head adds or
/// changes.
pub fn check_live(change: &Change, policy: &Policy, start: &mut Start<'_>) -> Result<Checked, Error> {
    let head: Vec<_> = read_head(change, policy)?.into_iter().collect::<Result<_, _>>()?;
    let base = read_base(change, policy)?;
    let cases = cases(&base, &head);
    let mut checked =
        Checked { counts: BTreeMap::from([("scenarios", cases.len() as u64)]), ..Checked::default() };
    if head.is_empty() && cases.is_empty() {
        return Ok(checked);
    }
    let pool = service::pool(&change.head, &policy.protos)?;
    for read in &head {
        shape::check_file(&read.file, &read.document, &pool)?;
    }
    let mut running: BTreeMap<&str, Ask> = BTreeMap::new();
    for case in &cases {
        let target = case.file.target.as_str();
        if !running.contains_key(target) {
            let started = start(target, &pool);
            let started =
                started.map_err(|reason| Error::NotStarted { target: target.to_owned(), reason })?;
            running.insert(target, started);
        }
        let ask = running.get_mut(target).expect("it was started above");
        checked.findings.extend(judge(case, &pool, ask)?);
    }
    Ok(checked)
}

/// Asks one scenario.
fn judge(case: &Case<'_>, pool: &DescriptorPool, ask: &mut Ask) -> Result<Option<Finding>, Error> {
    // Head's own files fit head's protos. The base's need not: then what it promised is gone.
    if let Err((at, fault)) = shape::check_scenario(case.file, case.scenario, pool) {
        return Ok(Some(finding(case, &[format!("its `{at}` does not fit head's protos: {fault}")])));
    }
    let failed = |reason: String| Error::NotAsked { scenario: case.scenario.name.clone(), reason };
    let method =
        service::method(pool, &case.file.method(case.scenario)).map_err(|error| failed(error.to_string()))?;
    let request = service::request(&method, case.scenario.request.clone())
        .map_err(|error| failed(error.to_string()))?;
    let (deadline, metadata) = (case.file.deadline(case.scenario), case.file.metadata(case.scenario));
    let answer = ask(&method, request, deadline, &metadata).map_err(failed)?;
    let failures = expect::failures(&case.scenario.expect, &answer, &method.output());
    if failures.is_empty() {
        return Ok(None);
    }
    let asked = format!("asked {} with {}", case.file.method(case.scenario), cut(&case.scenario.request));
    Ok(Some(finding(case, &failures).note(asked).note(answered(&answer))))
}

fn finding(case: &Case<'_>, failures: &[String]) -> Finding {
    let place = match (case.place, case.side) {
        (Some((line, column)), _) => Some(Location::point(case.path, line, column)),
        (None, Side::Removed) => None,
        (None, _) => Some(Location::file(case.path)),
    };
    let whose = match case.side {
        Side::Same | Side::Added => "scenario",
        Side::Base => "the base's version of scenario",
        Side::Changed => "head's version of scenario",
        Side::Removed => "the removed scenario",
    };
    let more = match failures.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let mut finding = Finding::new(
        &SCENARIO_FAILED,
        place,
        format!("{whose} `{}` failed: {}{more}", case.scenario.name, failures[0]),
    )
    .help("repair the service, or have the changed promise approved")
    .fact(case.path)
    .fact(&case.scenario.name)
    .fact(whose)
    .judged(&case.judged.0, &case.judged.1);
    for failure in failures.iter().skip(1) {
        finding = finding.note(failure);
    }
    finding
}

fn answered(answer: &Answer) -> String {
    let status = code_name(answer.code);
    match (&answer.response, &answer.unsent) {
        (Some(response), _) => format!("answered {status} with {}", cut(response)),
        (None, Some(unsent)) => format!("no answer of the service: {unsent}"),
        (None, None) => format!("answered {status}: {}", answer.message),
    }
}

fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} .. ({} bytes in all)", &text[..end], text.len()),
        None => text,
    }
}
