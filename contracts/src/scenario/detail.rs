//! A message that a status must carry.

use expression::{Type, Values};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};
use serde::Deserialize;
use serde_json::Value;

use super::expect::part_failures;
use super::shape::check_message;
use crate::promise::Misfit;
use crate::statement::Statements;

/// A message that a status must carry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Detail {
    /// The full name of its type: one of the protos or of `google.rpc`.
    #[serde(rename = "type")]
    pub(crate) name: String,
    /// A part of it, as the response is written.
    value: Option<Value>,
    /// What must hold of it, in CEL over `value`.
    #[serde(default)]
    cel: Vec<String>,
}

impl Detail {
    pub(super) fn check(&self, at: &str, pool: &DescriptorPool) -> Result<(), Misfit> {
        let found = self.find(pool).map_err(|fault| (format!("{at}.type"), fault))?;
        if let Some(value) = &self.value {
            check_message(&format!("{at}.value"), value, &found)?;
        }
        let statements = Statements::of_value(&self.cel, Type::of(&found), found.parent_pool());
        statements.map(drop).map_err(|(index, fault)| (format!("{at}.cel[{index}]"), fault))
    }

    fn find(&self, pool: &DescriptorPool) -> Result<MessageDescriptor, String> {
        service::detail_type(pool, &self.name)
            .ok_or_else(|| format!("neither the protos nor `google.rpc` have a message `{}`", self.name))
    }

    /// What of it no message of the status has: of those of its type, what the nearest lacks.
    pub(super) fn failures(&self, details: &[service::Detail], pool: &DescriptorPool) -> Vec<String> {
        let found = match self.find(pool) {
            Ok(found) => found,
            Err(fault) => return vec![fault],
        };
        let of_type = details.iter().filter(|detail| detail.name == self.name);
        let each = of_type.filter_map(|detail| detail.message.as_ref());
        let nearest = each.map(|message| self.lacks(message, &found)).min_by_key(Vec::len);
        nearest.unwrap_or_else(|| {
            let got =
                details.iter().map(|detail| format!("`{}`", detail.name)).collect::<Vec<_>>().join(", ");
            let got = if got.is_empty() { "none".to_owned() } else { got };
            vec![format!("expected a detail `{}`, got {got}", self.name)]
        })
    }

    fn lacks(&self, message: &DynamicMessage, found: &MessageDescriptor) -> Vec<String> {
        let within = |failure: String| format!("in the detail `{}`, {failure}", self.name);
        let mut failures = Vec::new();
        if let Some(value) = &self.value {
            match service::to_json(message) {
                Ok(got) => failures.extend(part_failures("", value, &got, found)),
                Err(fault) => failures.push(fault),
            }
        }
        let statements = Statements::of_value(&self.cel, Type::of(found), found.parent_pool());
        let mut values = Values::default();
        match (statements, values.set_message("value", message)) {
            (Ok(statements), Ok(())) => failures.extend(statements.failures(&values)),
            (Err((_, fault)), _) | (_, Err(fault)) => failures.push(fault),
        }
        failures.into_iter().map(within).collect()
    }
}
