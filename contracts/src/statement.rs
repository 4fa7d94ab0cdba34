//! What must hold of an answer, in CEL over requests, responses, status and metadata.
//!
//! Fields are held against their descriptors when a statement is compiled, so that one which can never say anything is
//! refused where it stands.

use std::collections::BTreeMap;

use expression::{Expression, Scope, Type, Values};
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use serde_json::Value;
use service::{Answer, Code, code_name};

/// Statements that were compiled, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Statements(Vec<Expression>);

impl Statements {
    /// Compiles statements about an answer of a method that has this status. `request` and `response` are there where
    /// there is one of each, `requests` and `responses` always; a status other than OK comes without a response.
    ///
    /// # Errors
    /// The index of the first that is none, and why.
    pub(crate) fn of(
        texts: &[String],
        method: &MethodDescriptor,
        code: Code,
    ) -> Result<Statements, (usize, String)> {
        let (input, output) = (method.input(), method.output());
        let mut variables = vec![
            ("requests", Type::list_of(&input)),
            ("responses", Type::list_of(&output)),
            ("status", Type::Text),
            ("message", Type::Text),
            ("metadata", Type::Map(Box::new(Type::Text))),
            ("trailers", Type::Map(Box::new(Type::Text))),
        ];
        if !method.is_client_streaming() {
            variables.push(("request", Type::of(&input)));
        }
        if !method.is_server_streaming() && code == Code::Ok {
            variables.push(("response", Type::of(&output)));
        }
        let service = method.parent_service();
        let pool = service.parent_pool();
        Statements::compile(texts, &Scope { variables, pool, package: service.package_name() })
    }

    /// Compiles statements about one thing, `value`.
    ///
    /// # Errors
    /// As [`Statements::of`].
    pub(crate) fn of_value(
        texts: &[String],
        value: Type,
        pool: &DescriptorPool,
    ) -> Result<Statements, (usize, String)> {
        let package = match &value {
            Type::Message(message) => message.package_name().to_owned(),
            _ => String::new(),
        };
        Statements::compile(texts, &Scope { variables: vec![("value", value)], pool, package: &package })
    }

    fn compile(texts: &[String], scope: &Scope<'_>) -> Result<Statements, (usize, String)> {
        let each = texts.iter().enumerate().map(|(index, text)| {
            let (expression, found) =
                Expression::typed(text, scope).map_err(|fault| (index, fault.to_string()))?;
            match found {
                Type::Bool | Type::Any => Ok(expression),
                other => Err((index, format!("it gives {other} where true or false is asked for"))),
            }
        });
        each.collect::<Result<_, _>>().map(Statements)
    }

    /// The full names of the fields that they look at.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(Expression::fields)
    }

    /// What of them does not hold. What cannot be evaluated does not hold either.
    pub(crate) fn failures(&self, values: &Values) -> Vec<String> {
        let each = self.0.iter().filter_map(|expression| match expression.holds(values) {
            Ok(true) => None,
            Ok(false) => Some(format!("expected `{}` to hold", shown(expression.text()))),
            Err(fault) => Some(fault.to_string()),
        });
        each.collect()
    }
}

/// What statements about an answer look at.
///
/// # Errors
/// Where a message is nested too deep.
pub(crate) fn values(
    method: &MethodDescriptor,
    requests: &[DynamicMessage],
    answer: &Answer,
) -> Result<Values, String> {
    let mut values = Values::default();
    values.set_messages("requests", requests)?;
    values.set_messages("responses", &answer.responses)?;
    if let ([request], false) = (requests, method.is_client_streaming()) {
        values.set_message("request", request)?;
    }
    if let ([response], false) = (answer.responses.as_slice(), method.is_server_streaming()) {
        values.set_message("response", response)?;
    }
    values.set("status", &Value::from(code_name(answer.code)))?;
    values.set("message", &Value::from(answer.message.as_str()))?;
    values.set("metadata", &joined(&answer.metadata))?;
    values.set("trailers", &joined(&answer.trailers))?;
    Ok(values)
}

/// Metadata as a map. What came under one name several times is one text, as HTTP has it.
fn joined(pairs: &[(String, String)]) -> Value {
    let mut map: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in pairs {
        let known = map.entry(name).or_default();
        if !known.is_empty() {
            known.push_str(", ");
        }
        known.push_str(value);
    }
    map.into_iter()
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A statement in the words of a finding.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    match line.char_indices().nth(160) {
        Some((end, _)) => format!("{} ..", &line[..end]),
        None => line,
    }
}
