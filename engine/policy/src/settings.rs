//! The top level of `gatefold.yaml`: what concerns every guard.

use std::collections::BTreeMap;

use findings::{Level, Rule};
use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::path::Path;
use crate::schema::{Direction, Key};
use crate::{Document, PolicyError};

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
            return Err(document.error_at(&format!("levels.{id}"), format_args!("there is no rule `{id}`")));
        }
        each(document, "self_exceptable", &settings.self_exceptable, |id| {
            let rule = rules.iter().find(|rule| rule.id == id).ok_or(format!("there is no rule `{id}`"))?;
            match rule.guard == "integrity" || rule.says_not_looked_at() {
                true => Err(format!("`{id}` takes no exception in code")),
                false => Ok(()),
            }
        })?;
        let guards = |name: &str| match rules.iter().any(|rule| rule.guard == name) {
            true => Ok(()),
            false => Err(format!("there is no guard `{name}`")),
        };
        each(document, "observe", &settings.observe, guards)?;
        each(document, "required", &settings.required, guards)?;
        let glob = |text: &str| Glob::new(text).map(drop).map_err(|error| error.kind().to_string());
        each(document, "exclude", &settings.exclude, glob)?;
        each(document, "protected", &settings.protected, glob)?;
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
    for glob in texts.iter().filter_map(|text| Glob::new(text).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// The keys of the top level.
pub(crate) static KEYS: &[Key] = &[
    Key {
        path: "gatefold",
        shape: "version requirement",
        default: "none",
        direction: Direction::Free,
        docs: "Which versions of Gatefold may judge, for instance `\">=0.1\"`. Any other version ends with exit status 2.",
    },
    Key {
        path: "mode",
        shape: "`enforce` or `observe`",
        default: "enforce",
        direction: Direction::Words(&["enforce", "observe"]),
        docs: "`observe` blocks nothing and says what would have blocked.",
    },
    Key {
        path: "observe[]",
        shape: "list of guards",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Guards that only observe, whatever the mode.",
    },
    Key {
        path: "required[]",
        shape: "list of guards",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Guards that must have something to look at. Without this, a guard that has nothing to look at is green.",
    },
    Key {
        path: "approvals",
        shape: "`signed` or `owners`",
        default: "signed",
        direction: Direction::Words(&["signed", "owners"]),
        docs: "Who vouches for an approval. `signed`: an SSH signature by a key in the base's `approvals/allowed_signers`. \
               `owners`: the forge, which asks a code owner to review `approvals/`; the verdict says that it relies on that.",
    },
    Key {
        path: "user_presence",
        shape: "true or false",
        default: "false",
        direction: Direction::FalseLoosens,
        docs: "Whether a signature counts only if its key, on a security device, asked for a touch.",
    },
    Key {
        path: "exclude[]",
        shape: "list of globs",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Files that no guard looks at, for instance generated code.",
    },
    Key {
        path: "levels.*",
        shape: "`error`, `warning`, `note` or `off`",
        default: "the level of the rule",
        direction: Direction::LevelOrder,
        docs: "The level of a rule, by its id. Rules that say that something was not looked at keep their level in files \
               that the change touches.",
    },
    Key {
        path: "self_exceptable[]",
        shape: "list of rule ids",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Rules whose new exceptions in code count without an approval.",
    },
    Key {
        path: "workspaces[]",
        shape: "list of folders",
        default: "none",
        direction: Direction::MoreLoosens,
        docs: "Folders below the root that have a `gatefold.yaml` of their own. One that is not listed is refused.",
    },
    Key {
        path: "protected[]",
        shape: "list of globs",
        default: "none",
        direction: Direction::MoreTightens,
        docs: "Files that an agent must not write, beside the policy, the approvals and what the guards expect.",
    },
    Key {
        path: "revert_window_days",
        shape: "number of days",
        default: "90",
        direction: Direction::HigherLoosens,
        docs: "How long ago a state may lie that a change may restore under the approvals of that time.",
    },
];
