//! Whether a law holds of one answer.

use prost_reflect::{DynamicMessage, MethodDescriptor, Value};
use serde_json::Value as Json;
use service::{Answer, Code, code_name};

use super::law::{Law, Refused};
use super::plan::Plan;
use crate::scenario::{list_at, value_at};
use crate::statement::{self, Statements};

/// Statuses by which a server says that it failed. Source: grpc.io, "Status codes and their use in gRPC".
const FAULTS: [Code; 6] = [
    Code::Unknown,
    Code::Cancelled,
    Code::Internal,
    Code::Unavailable,
    Code::DataLoss,
    Code::DeadlineExceeded,
];

impl Law {
    /// What does not hold of one answer. Laws over several answers are kept by one.
    pub(crate) fn failure(&self, asked: &Asked<'_>, answer: &Answer) -> Option<String> {
        let got = || {
            let said = answer.unsent.as_ref().unwrap_or(&answer.message);
            let said = if said.is_empty() { String::new() } else { format!(" ({})", one_line(said)) };
            format!("{}{said}", code_name(answer.code))
        };
        match self {
            Law::NoServerFault => {
                let failed = FAULTS.contains(&answer.code) || answer.unsent.is_some();
                return failed.then(|| format!("expected no fault of the server, got {}", got()));
            }
            Law::Accepted => {
                return (answer.code != Code::Ok).then(|| format!("expected the status OK, got {}", got()));
            }
            Law::Refused(refused) => return refused.failure(asked, answer, &got()),
            _ => {}
        }
        let response = answer.response.as_ref().filter(|_| answer.code == Code::Ok)?;
        if let Some(check) = self.check() {
            return check.failure(response);
        }
        match self {
            Law::Cel(_) => {
                let requests = std::slice::from_ref(asked.request);
                match statement::values(asked.method, requests, answer) {
                    Ok(values) => asked.statements?.failures(&values).into_iter().next(),
                    Err(fault) => Some(format!("nothing can be said of the answer: {fault}")),
                }
            }
            Law::ResponseValid => {
                let plan = asked.response?;
                let (slot, fault) = plan.faults(answer.responses.first()?).into_iter().next()?;
                Some(format!(
                    "expected a valid response, got one whose `{}` {}",
                    plan.slots[slot].path,
                    fault.words()
                ))
            }
            Law::Limit(limit) => {
                let count = list_at(response, &limit.field).len();
                let most = whole(asked.request, &limit.by)?;
                (count as i128 > most).then(|| {
                    format!(
                        "expected at most {most} items in `{}`, which is `{}`, got {count}",
                        limit.field, limit.by
                    )
                })
            }
            Law::Among(among) => {
                let request = service::to_json(asked.request).ok()?;
                let given = list_at(&request, &among.of);
                if given.is_empty() && among.unless_empty {
                    return None;
                }
                let key = |item: &Json| {
                    among.key.as_ref().map_or_else(|| item.clone(), |key| value_at(item, key).clone())
                };
                let known: Vec<Json> = given.iter().map(key).collect();
                let by = |item: &Json| {
                    among.by.as_ref().map_or_else(|| item.clone(), |by| value_at(item, by).clone())
                };
                let stranger =
                    list_at(response, &among.field).iter().map(by).find(|value| !known.contains(value))?;
                Some(format!(
                    "expected every item of `{}` to stand in `{}`, got {stranger}",
                    among.field, among.of
                ))
            }
            _ => None,
        }
    }
}

/// What was asked, for laws that compare an answer with it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a MethodDescriptor,
    pub(crate) request: &'a DynamicMessage,
    /// The statement of the law that is held against the answer, if it is one in CEL.
    pub(crate) statements: Option<&'a Statements>,
    /// What is allowed of the response, if anything is said of that.
    pub(crate) response: Option<&'a Plan>,
    /// The path of the field that was made wrong, and in which way.
    pub(crate) wrong: Option<(&'a str, &'static str)>,
}

impl Refused {
    fn failure(&self, asked: &Asked<'_>, answer: &Answer, got: &str) -> Option<String> {
        let (path, how) = asked.wrong.unwrap_or(("request", "is not allowed"));
        if answer.unsent.is_some() || !self.with.iter().any(|name| name == code_name(answer.code)) {
            let statuses = self.with.join(" or ");
            return Some(format!("expected {statuses} for a request whose `{path}` {how}, got {got}"));
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        (self.names_field && !answer.message.contains(name)).then(|| {
            format!(
                "expected a status message that names `{name}`, which {how}, got {}",
                Json::from(answer.message.as_str())
            )
        })
    }
}

/// A whole number of a request.
pub(crate) fn whole(request: &DynamicMessage, path: &str) -> Option<i128> {
    match request.get_field_by_name(path)?.as_ref() {
        Value::I32(number) => Some(i128::from(*number)),
        Value::I64(number) => Some(i128::from(*number)),
        Value::U32(number) => Some(i128::from(*number)),
        Value::U64(number) => Some(i128::from(*number)),
        _ => None,
    }
}

/// A status message in the words of a finding: one line, backticks in pairs.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|letter| !letter.is_control()).take(300).collect();
    if line.matches('`').count().is_multiple_of(2) { line } else { line.replace('`', "'") }
}
