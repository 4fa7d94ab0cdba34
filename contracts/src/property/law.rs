//! Laws: what must hold of every answer, whatever was asked.

use prost_reflect::{Kind, MessageDescriptor, MethodDescriptor};
use serde::Deserialize;
use service::Code;

use crate::promise::Misfit;
use crate::scenario::{By, Check, Count, Sorted};
use crate::statement::Statements;

/// One law.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Law {
    /// The status is none that speaks of a fault of the server, and there is an answer that fits the protos.
    NoServerFault,
    /// The status is OK.
    Accepted,
    /// The status is one that refuses the request.
    Refused(Refused),
    /// The response is allowed by the protos' `buf.validate` and by what the property says under `response`.
    ResponseValid,
    /// A list of the response has no more items than a number of the request says.
    Limit(Limit),
    /// How many items a list of the response has.
    Count(Count),
    /// The items of a list of the response are in order.
    Sorted(Sorted),
    /// No two items of a list of the response have the same value.
    Unique(By),
    /// Every value is a finite number.
    Finite(By),
    /// Every item of a list of the response stands in a list of the request.
    Among(Among),
    /// Asked again, the service answers the same.
    Deterministic(Repeats),
    /// The order of a list of the request has no influence on the answer.
    PermutationInvariant(Permuted),
    /// With a larger limit the answer only goes on.
    PrefixOfLarger(Larger),
    /// Fields that the service does not know have no influence on the answer.
    ToleratesUnknownFields,
    /// A statement over `request` and `response`.
    Cel(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    /// Names of status codes.
    pub(crate) with: Vec<String>,
    /// Whether the status message names the field that is wrong.
    #[serde(default)]
    pub(crate) names_field: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    /// A repeated field of the response.
    pub(crate) field: String,
    /// A number of the request.
    pub(crate) by: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Among {
    /// A repeated field of the response, and the value of its items.
    pub(crate) field: String,
    pub(crate) by: Option<String>,
    /// A repeated field of the request, and the value of its items.
    pub(crate) of: String,
    pub(crate) key: Option<String>,
    /// Whether nothing is said where the request's list is empty.
    #[serde(default)]
    pub(crate) unless_empty: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Repeats {
    /// How often it is asked in all.
    #[serde(default = "twice")]
    pub(crate) repeats: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Permuted {
    /// A repeated field of the request.
    pub(crate) field: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Larger {
    /// A number of the request.
    pub(crate) vary: String,
    /// A repeated field of the response, and the value of its items; without `by` whole items.
    pub(crate) of: String,
    pub(crate) by: Option<String>,
}

fn twice() -> usize {
    2
}

impl Law {
    /// The key by which the file names it.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Law::NoServerFault => "no_server_fault",
            Law::Accepted => "accepted",
            Law::Refused(_) => "refused",
            Law::ResponseValid => "response_valid",
            Law::Limit(_) => "limit",
            Law::Count(_) => "count",
            Law::Sorted(_) => "sorted",
            Law::Unique(_) => "unique",
            Law::Finite(_) => "finite",
            Law::Among(_) => "among",
            Law::Deterministic(_) => "deterministic",
            Law::PermutationInvariant(_) => "permutation_invariant",
            Law::PrefixOfLarger(_) => "prefix_of_larger",
            Law::ToleratesUnknownFields => "tolerates_unknown_fields",
            Law::Cel(_) => "cel",
        }
    }

    /// The statement of a law in CEL, compiled.
    pub(super) fn statements(&self, method: &MethodDescriptor) -> Result<Option<Statements>, String> {
        let Law::Cel(text) = self else { return Ok(None) };
        let compiled = Statements::of(std::slice::from_ref(text), method, Code::Ok);
        compiled.map(Some).map_err(|(_, fault)| fault)
    }

    /// What it has in common with the checks of scenarios.
    pub(super) fn check(&self) -> Option<Check> {
        match self {
            Law::Count(count) => Some(Check::Count(count.clone())),
            Law::Sorted(sorted) => Some(Check::Sorted(sorted.clone())),
            Law::Unique(by) => Some(Check::Unique(by.clone())),
            Law::Finite(by) => Some(Check::Finite(by.clone())),
            _ => None,
        }
    }

    /// What is wrong with it for a method.
    pub(crate) fn misfit(&self, method: &MethodDescriptor) -> Option<Misfit> {
        let (input, output) = (&method.input(), &method.output());
        if let Err(fault) = self.statements(method) {
            return Some((self.key().to_owned(), fault));
        }
        if let Some(check) = self.check() {
            let (key, fault) = check.fault(output)?;
            return Some((format!("{}.{key}", self.key()), fault));
        }
        let wrong = |key: &str, fault: String| Some((format!("{}.{key}", self.key()), fault));
        match self {
            Law::Refused(refused) => {
                if refused.with.is_empty() {
                    return wrong("with", "no status is left".to_owned());
                }
                let known = |name: &&String| service::parse_code(name).is_some_and(|code| code != Code::Ok);
                let unknown = refused.with.iter().position(|name| !known(&name))?;
                let fault = format!("`{}` is no status code of gRPC that refuses", refused.with[unknown]);
                wrong(&format!("with[{unknown}]"), fault)
            }
            Law::Limit(limit) => list(output, &limit.field, None)
                .map_or_else(|fault| wrong("field", fault), |()| None)
                .or_else(|| number(input, &limit.by).map_or_else(|fault| wrong("by", fault), |()| None)),
            Law::Among(among) => {
                let response = list(output, &among.field, among.by.as_deref());
                let request = list(input, &among.of, among.key.as_deref());
                response
                    .err()
                    .map(|fault| ("field", fault))
                    .or(request.err().map(|fault| ("of", fault)))
                    .and_then(|(key, fault)| wrong(key, fault))
            }
            Law::Deterministic(repeats) if !(2..=10).contains(&repeats.repeats) => {
                wrong("repeats", "it is asked between 2 and 10 times".to_owned())
            }
            Law::PermutationInvariant(permuted) => {
                list(input, &permuted.field, None).err().and_then(|fault| wrong("field", fault))
            }
            Law::PrefixOfLarger(larger) => list(output, &larger.of, larger.by.as_deref())
                .err()
                .map(|fault| ("of", fault))
                .or_else(|| number(input, &larger.vary).err().map(|fault| ("vary", fault)))
                .and_then(|(key, fault)| wrong(key, fault)),
            _ => None,
        }
    }
}

/// A repeated field, and a single value of its items.
fn list(message: &MessageDescriptor, path: &str, by: Option<&str>) -> Result<(), String> {
    let found = service::field(message, path)?;
    if !found.is_list || found.is_in_list {
        return Err(format!("`{path}` is not one repeated field"));
    }
    match (by, found.shape) {
        (None, _) => Ok(()),
        (Some(by), service::Shape::Message(item)) => {
            let value = service::field(&item, by)?;
            if value.is_list || value.is_in_list {
                Err(format!("`{by}` is not a single value"))
            } else {
                Ok(())
            }
        }
        (Some(_), _) => Err(format!("the items of `{path}` are no messages")),
    }
}

/// A whole number that is set in every request.
fn number(message: &MessageDescriptor, path: &str) -> Result<(), String> {
    let field = message.get_field_by_name(path).ok_or_else(|| service::no_field(message, path))?;
    let is_whole = matches!(
        field.kind(),
        Kind::Int32
            | Kind::Int64
            | Kind::Uint32
            | Kind::Uint64
            | Kind::Sint32
            | Kind::Sint64
            | Kind::Fixed32
            | Kind::Fixed64
            | Kind::Sfixed32
            | Kind::Sfixed64
    );
    if is_whole && !field.is_list() { Ok(()) } else { Err(format!("`{path}` is not a whole number")) }
}
