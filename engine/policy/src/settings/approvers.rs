//! Kinds of findings that particular people approve.

use findings::Rule;
use globset::GlobSet;
use serde::Deserialize;

use super::{Settings, Vouching, each, glob, globs, no_guard, no_rule};
use crate::{Document, PolicyError};

/// One kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Approvers {
    /// Rules whose findings are of the kind.
    pub rules: Vec<String>,
    /// Guards whose findings are of the kind.
    pub guards: Vec<String>,
    /// Globs of files whose findings are of the kind.
    pub files: Vec<String>,
    /// Patterns of the names that approve them.
    pub by: Vec<String>,
    /// Why.
    pub because: Option<String>,
}

impl Approvers {
    pub(crate) fn globs(&self) -> GlobSet {
        globs(&self.files)
    }
}

/// Looks for names that are no folder's, rules and guards that there are not, globs that are none, names that nobody
/// can have, kinds that nothing is of, and kinds that nobody approves.
pub(super) fn check(
    document: &Document,
    settings: &Settings,
    rules: &[&'static Rule],
) -> Result<(), PolicyError> {
    for (name, kind) in &settings.approvers {
        let key = format!("approvers.{name}");
        let is_kebab = name.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        if !is_kebab {
            return Err(document.error_at(&key, "expected a name in kebab-case, which is that of a folder"));
        }
        each(document, &format!("{key}.rules"), &kind.rules, |id| {
            let rule = rules.iter().find(|rule| rule.id == id).ok_or_else(|| no_rule(id, rules))?;
            match rule.is_approvable() {
                true => Ok(()),
                false => Err(format!("nobody can approve `{id}`")),
            }
        })?;
        each(document, &format!("{key}.guards"), &kind.guards, |guard| {
            match rules.iter().any(|rule| rule.guard == guard) {
                true => Ok(()),
                false => Err(no_guard(guard, rules)),
            }
        })?;
        let readable = |text: &str| glob(text).map(drop).map_err(|error| error.kind().to_string());
        each(document, &format!("{key}.files"), &kind.files, readable)?;
        each(document, &format!("{key}.by"), &kind.by, |name| {
            // A name that is taken out would turn the direction of the list round.
            let plain = name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
            match plain && !name.is_empty() && !name.starts_with('!') && !name.contains(',') {
                true => Ok(()),
                false => Err("expected one name in plain ASCII, without `!` and `,`".to_owned()),
            }
        })?;
        if kind.rules.is_empty() && kind.guards.is_empty() && kind.files.is_empty() {
            let message = "without `rules`, `guards` and `files`, no finding is of this kind";
            return Err(document.error_at(&key, message));
        }
        // The forge asks whom CODEOWNERS names, whatever stands in `by`.
        if kind.by.is_empty() && settings.approvals != Some(Vouching::Owners) {
            let message = "`by` names nobody, so that nobody could approve what is of this kind";
            return Err(document.error_at(&key, message));
        }
    }
    Ok(())
}
