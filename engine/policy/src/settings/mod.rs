//! The top level of `gatefold.yaml`: what concerns every guard.

mod approvers;
mod keys;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use findings::{Level, Rule};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::near::did_you_mean;
use crate::path::Path;
use crate::{Document, PolicyError};

pub use approvers::Approvers;
pub(crate) use keys::KEYS;

/// The typed top level.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which versions of the judge may judge, for instance `>=0.1`.
    pub gatefold: Option<String>,
    /// Whether findings block.
    pub mode: Mode,
    /// Guards whose findings do not block, whatever the mode.
    pub observe: Vec<String>,
    /// Guards that must have something to look at.
    pub required: Vec<String>,
    /// Who vouches for an approval; `None` means signatures, where the base has `approvals/allowed_signers`.
    pub approvals: Option<Vouching>,
    /// Whether a signature counts only if its key asked for a touch.
    pub user_presence: bool,
    /// Whether a signature does not count by whom git names as having written what it accepts.
    pub exclude_authors: bool,
    /// Kinds of findings that particular people approve, by name.
    pub approvers: BTreeMap<String, Approvers>,
    /// Globs of files that no guard looks at.
    pub exclude: Vec<String>,
    /// Level by rule id.
    pub levels: BTreeMap<String, LevelSetting>,
    /// Rules whose new exceptions in code count without an approval.
    pub self_exceptable: Vec<String>,
    /// Folders below the root that have a policy of their own.
    pub workspaces: Vec<String>,
    /// Globs of files that an agent must not write.
    pub protected: Vec<String>,
    /// How long ago a state may lie that a change restores without new approvals, in days.
    pub revert_window_days: u32,
}

/// Whether findings block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// They do.
    #[default]
    Enforce,
    /// The report says what would have blocked.
    Observe,
}

/// Who vouches for an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vouching {
    /// A key that the base trusts, by an SSH signature beside the approval.
    Signed,
    /// The forge, which asks a code owner to review `approvals/`.
    Owners,
}

/// A level, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LevelSetting {
    /// The rule does not run.
    Off,
    /// See [`Level::Note`].
    Note,
    /// See [`Level::Warning`].
    Warning,
    /// See [`Level::Error`].
    Error,
}

impl LevelSetting {
    /// The level; `None` for `off`.
    pub fn level(self) -> Option<Level> {
        match self {
            LevelSetting::Off => None,
            LevelSetting::Note => Some(Level::Note),
            LevelSetting::Warning => Some(Level::Warning),
            LevelSetting::Error => Some(Level::Error),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            gatefold: None,
            mode: Mode::Enforce,
            observe: Vec::new(),
            required: Vec::new(),
            approvals: None,
            user_presence: false,
            exclude_authors: false,
            approvers: BTreeMap::new(),
            exclude: Vec::new(),
            levels: BTreeMap::new(),
            self_exceptable: Vec::new(),
            workspaces: Vec::new(),
            protected: Vec::new(),
            revert_window_days: 90,
        }
    }
}

impl Settings {
    /// The top level of a document.
    pub fn read(document: &Document) -> Result<Settings, PolicyError> {
        if document.root.is_null() {
            return Ok(Settings::default());
        }
        document.typed(&document.root, &Path::default())
    }

    /// Looks for what is wrong in meaning in head's policy: another version of the judge asked for, rules and guards
    /// that there are not, globs that are none. `tool` is the version of the judge.
    ///
    /// The base's policy is not checked: a rule that an upgrade took away must not bar the way to its removal.
    pub fn check(document: &Document, rules: &[&'static Rule], tool: &str) -> Result<(), PolicyError> {
        let settings = Settings::read(document)?;
        settings.check_version(document, tool)?;
        let known = |id: &str| rules.iter().any(|rule| rule.id == id);
        if let Some(id) = settings.levels.keys().find(|id| !known(id)) {
            return Err(document.error_at(&format!("levels.{id}"), no_rule(id, rules)));
        }
        each(document, "self_exceptable", &settings.self_exceptable, |id| {
            let rule = rules.iter().find(|rule| rule.id == id).ok_or_else(|| no_rule(id, rules))?;
            match rule.guard == "integrity" || rule.says_not_looked_at() {
                true => Err(format!("`{id}` takes no exception in code")),
                false => Ok(()),
            }
        })?;
        let guards = |name: &str| match rules.iter().any(|rule| rule.guard == name) {
            true => Ok(()),
            false => Err(no_guard(name, rules)),
        };
        each(document, "observe", &settings.observe, guards)?;
        each(document, "required", &settings.required, guards)?;
        let glob = |text: &str| glob(text).map(drop).map_err(|error| error.kind().to_string());
        each(document, "exclude", &settings.exclude, glob)?;
        each(document, "protected", &settings.protected, glob)?;
        approvers::check(document, &settings, rules)?;
        each(document, "workspaces", &settings.workspaces, |path| match clean_path(path) {
            true => Ok(()),
            false => Err("expected a folder below the root, with `/`".to_owned()),
        })
    }

    /// The files that no guard looks at.
    pub fn excluded(&self) -> GlobSet {
        globs(&self.exclude)
    }

    /// The files that an agent must not write.
    pub fn protected_files(&self) -> GlobSet {
        globs(&self.protected)
    }

    fn check_version(&self, document: &Document, tool: &str) -> Result<(), PolicyError> {
        let Some(wanted) = &self.gatefold else { return Ok(()) };
        let requirement = semver::VersionReq::parse(wanted).map_err(|error| {
            document.error_at("gatefold", format_args!("`{wanted}` is no version requirement: {error}"))
        })?;
        match semver::Version::parse(tool) {
            Ok(version) if requirement.matches(&version) => Ok(()),
            _ => Err(document
                .error_at("gatefold", format_args!("it asks for {wanted}, and this is gatefold {tool}"))),
        }
    }
}

fn no_rule(id: &str, rules: &[&'static Rule]) -> String {
    format!("there is no rule `{id}`{}", did_you_mean(id, rules.iter().map(|rule| rule.id)))
}

fn no_guard(name: &str, rules: &[&'static Rule]) -> String {
    format!("there is no guard `{name}`{}", did_you_mean(name, rules.iter().map(|rule| rule.guard)))
}

fn each(
    document: &Document,
    key: &str,
    values: &[String],
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<(), PolicyError> {
    for (index, value) in values.iter().enumerate() {
        check(value).map_err(|message| document.error_at(&format!("{key}[{index}]"), message))?;
    }
    Ok(())
}

fn clean_path(path: &str) -> bool {
    !path.is_empty() && !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Globs that are none were refused at head; in an old base they match nothing.
fn globs(texts: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in texts.iter().filter_map(|text| glob(text).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// `*` stays within a folder, `**` does not.
fn glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}
