//! `complete`: what must be there for everything of a kind, by globs with captures.

use ::policy::{Direction, Key, PolicyError};
use serde::Deserialize;

use super::words::keys;
use super::{At, Decided, Means, Named, Words};
use crate::capture::{self, Each};

/// What must be there for everything of a kind.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// The glob by which there is one of the kind: `services/{service}/Cargo.toml`.
    pub each: String,
    /// Globs of files, one of which must be there for each: `protos/**/{service}.proto`.
    #[serde(default)]
    pub has: Vec<String>,
    /// Lines that must stand in a file for each.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// What may be missing.
    #[serde(default)]
    pub except: Vec<Lacking>,
    /// Why.
    pub because: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
    /// A small workspace that breaks it.
    #[serde(default)]
    pub fails_on: Option<String>,
}

/// A line that must stand in a file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The path of the file, with captures and without wildcards.
    pub file: String,
    /// The line, with captures, `*` for any text.
    pub says: String,
}

/// Something that one of the kind may lack.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lacking {
    /// What was captured: `mould`.
    pub of: String,
    /// As it stands in `has`, or the file of a line.
    pub lacks: String,
    /// Why it may.
    pub because: String,
}

pub(super) const KEYS: &[Key] = keys![
    "complete.*";
    Key::new(
        "complete.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "What must be there for everything of a kind, as for every service a proto, scenarios, a runbook and an owner.",
    ),
    Key::new(
        "complete.*.each",
        "glob of files with captures",
        "none",
        Direction::MoreTightens,
        "The file by which there is one of the kind: `services/{service}/Cargo.toml`. `{service}` captures a part of one \
         name, `*` stands for any part.",
    ),
    Key::new(
        "complete.*.has[]",
        "list of globs of files with captures",
        "[]",
        Direction::MoreTightens,
        "A file of each glob must be there for each: `protos/**/{service}.proto`, `services/{service}/operations/slo.yaml`. \
         `{service}` is what `each` captured, as it is or with `_` for `-`; `**` stands for any number of folders.",
    ),
    Key::new(
        "complete.*.lines[]",
        "list of lines in files",
        "[]",
        Direction::MoreTightens,
        "Lines that must stand in a file for each, as the owner in CODEOWNERS.",
    ),
    Key::new(
        "complete.*.lines[].file",
        "path with captures",
        "none",
        Direction::MoreTightens,
        "The file that a line must stand in: `.github/CODEOWNERS`.",
    ),
    Key::new(
        "complete.*.lines[].says",
        "text with captures",
        "none",
        Direction::MoreTightens,
        "The line, without the space around it: `/services/{service}/ @*`. `*` stands for any text.",
    ),
    Key::new(
        "complete.*.except[]",
        "list of exceptions",
        "[]",
        Direction::MoreLoosens,
        "What one of the kind may lack. An exception for what is there, or for one that is not, is found as `stale-exception`.",
    ),
    Key::new(
        "complete.*.except[].of",
        "what was captured",
        "none",
        Direction::AnyChangeLoosens,
        "Which one may lack something, as it was captured: `mould`. Several captures have `/` between them.",
    ),
    Key::new(
        "complete.*.except[].lacks",
        "entry of `has` or file of `lines`",
        "none",
        Direction::AnyChangeLoosens,
        "What it may lack, as `has` or a `file` of `lines` says it.",
    ),
    Key::new("complete.*.except[].because", "text", "none", Direction::Free, "Why it may."),
];

impl Complete {
    /// Everything that is asked for, as the policy writes it, with its key.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (String, &str)> {
        let files = self.has.iter().enumerate().map(|(index, glob)| (format!("has[{index}]"), glob.as_str()));
        let lines = self.lines.iter().enumerate();
        files.chain(lines.map(|(index, line)| (format!("lines[{index}].file"), line.file.as_str())))
    }
}

impl Decided for Complete {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        vec![Named { key: "each".to_owned(), text: &self.each, means: Means::Files }]
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["incomplete-set"]
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        let each = Each::read(&self.each).map_err(|reason| at.error("each", reason))?;
        if self.has.is_empty() && self.lines.is_empty() {
            return Err(at.error(
                "each",
                "neither `has` nor `lines` asks for anything, so that the rule could never fire",
            ));
        }
        let known = |key: &str, text: &str| match capture::names(text).find(|name| !each.captures(name)) {
            Some(unknown) => Err(at.error(key, format!("`each` captures no `{unknown}`"))),
            None => Ok(()),
        };
        for (index, glob) in self.has.iter().enumerate() {
            let key = format!("has[{index}]");
            capture::refuse_glob(glob).map_err(|reason| at.error(&key, reason))?;
            known(&key, glob)?;
        }
        for (index, line) in self.lines.iter().enumerate() {
            let (file, says) = (format!("lines[{index}].file"), format!("lines[{index}].says"));
            capture::refuse_glob(&line.file).map_err(|reason| at.error(&file, reason))?;
            if line.file.contains('*') {
                return Err(at.error(&file, "it is one file; `*` does not stand in it"));
            }
            if line.says.trim_matches(['*', ' ']).is_empty() {
                return Err(at.error(&says, "every line says it"));
            }
            known(&file, &line.file)?;
            known(&says, &line.says)?;
        }
        for (index, exception) in self.except.iter().enumerate() {
            if exception.because.trim().is_empty() {
                return Err(at.error(&format!("except[{index}].because"), "it says nothing"));
            }
            if !self.asked().any(|(_, asked)| asked == exception.lacks) {
                let message = "neither `has` nor a `file` of `lines` asks for it";
                return Err(at.error(&format!("except[{index}].lacks"), message));
            }
        }
        Ok(())
    }
}
