//! What the text of an approval says, whoever stands behind it: for lists of what was approved in the past.

use std::collections::BTreeSet;

use super::file;
use crate::{PolicyError, Today};

/// What an approval says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The rules whose findings it accepts, each once, sorted.
    pub rules: Vec<String>,
    /// How many findings it accepts.
    pub findings: usize,
    /// Why.
    pub reason: String,
    /// Who, by the file's own word.
    pub by: String,
    /// When it was written, as `2026-11-20`.
    pub date: String,
    /// The last day on which it counts.
    pub until: Option<String>,
    /// Whether that day is over.
    pub is_over: bool,
    /// Whether it was given in an emergency.
    pub emergency: bool,
}

/// Reads the text of an approval.
///
/// # Errors
/// If it does not read as one.
pub fn told(path: &str, text: &str, today: Today) -> Result<Told, PolicyError> {
    let file = file::read(path, text)?;
    let rules: BTreeSet<String> = file.findings.iter().map(|accepted| accepted.rule.clone()).collect();
    Ok(Told {
        rules: rules.into_iter().collect(),
        findings: file.findings.len(),
        reason: file.reason.trim().to_owned(),
        by: file.by,
        date: file.date.to_string(),
        until: file.until.map(|until| until.to_string()),
        is_over: file.until.is_some_and(|until| today.is_past(until)),
        emergency: file.emergency,
    })
}
