//! Which scenarios are asked: the base's as the base has them, and what head adds or changes.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use policy::{Document, PolicyError};
use serde_json::Value;
use source::{Change, Tree};

use super::file::{Scenario, ScenarioFile};
use crate::{Error, Policy};

/// A scenario file as one side has it.
pub(crate) struct Read {
    pub(crate) path: String,
    pub(crate) file: ScenarioFile,
    pub(crate) document: Document,
    /// The file as it is written, for telling versions of a scenario apart.
    raw: Value,
}

impl Read {
    /// Everything that a scenario says, as one text: itself, and what it takes from its file.
    fn text_of(&self, scenario: &Scenario) -> String {
        let own = self.raw["scenarios"].as_array().into_iter().flatten();
        let own = own.into_iter().find(|raw| raw["name"] == scenario.name.as_str());
        ["service", "target", "defaults"]
            .map(|key| self.raw[key].to_string())
            .into_iter()
            .chain(own.map(Value::to_string))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// A scenario to ask.
pub(crate) struct Case<'a> {
    /// The file that says it.
    pub(crate) file: &'a ScenarioFile,
    pub(crate) scenario: &'a Scenario,
    /// Whose version it is.
    pub(crate) side: Side,
    /// The path that findings and fingerprints name: head's, or the base's where head has none.
    pub(crate) path: &'a str,
    /// Its place at head, if it is still there.
    pub(crate) place: Option<(u32, u32)>,
    /// What the base and head say, for an approval to bind.
    pub(crate) judged: (String, String),
}

/// Whose version of a scenario is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Both sides say the same.
    Same,
    /// The base's, where head says something else.
    Base,
    /// Head's, where the base says something else.
    Changed,
    /// Head's, which the base does not have.
    Added,
    /// The base's, which head does not have any more.
    Removed,
}

/// Head's scenario files: each read, or what is wrong with it.
pub(crate) fn read_head(change: &Change, policy: &Policy) -> Result<Vec<Result<Read, PolicyError>>, Error> {
    let globs = globs(policy)?;
    Ok(paths(&change.head, &globs).map(|path| read(&change.head, path)).collect())
}

/// The base's scenario files, by head's name of each. One that cannot be read is left out: the change that repairs it
/// must pass, and from then on it counts.
pub(crate) fn read_base(change: &Change, policy: &Policy) -> Result<BTreeMap<String, Read>, Error> {
    let Some(base) = &change.base else { return Ok(BTreeMap::new()) };
    let globs = globs(policy)?;
    let renamed: BTreeMap<&str, &str> =
        change.files.iter().filter_map(|file| Some((file.from.as_deref()?, file.path.as_str()))).collect();
    Ok(paths(base, &globs)
        .filter_map(|path| {
            let read = read(base, path).ok()?;
            Some((renamed.get(path).map_or(path, |head| *head).to_owned(), read))
        })
        .collect())
}

/// Every scenario of both sides, each version once.
pub(crate) fn cases<'a>(base: &'a BTreeMap<String, Read>, head: &'a [Read]) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    for read in head {
        let old = base.get(&read.path);
        for (index, scenario) in read.file.scenarios.iter().enumerate() {
            let place = read.document.locate(&format!("scenarios[{index}].name"));
            let was = old.and_then(|old| Some((old, named(old, &scenario.name)?)));
            let now = read.text_of(scenario);
            let then = was.map_or_else(String::new, |(old, scenario)| old.text_of(scenario));
            let mut push = |file: &'a ScenarioFile, scenario: &'a Scenario, side: Side| {
                let judged = (then.clone(), now.clone());
                cases.push(Case { file, scenario, side, path: &read.path, place, judged });
            };
            match was {
                Some((old, was)) if then != now => {
                    push(&old.file, was, Side::Base);
                    push(&read.file, scenario, Side::Changed);
                }
                Some((old, was)) => push(&old.file, was, Side::Same),
                None => push(&read.file, scenario, Side::Added),
            }
        }
    }
    for (path, old) in base {
        let read = head.iter().find(|read| read.path == *path);
        for scenario in &old.file.scenarios {
            if read.is_none_or(|read| named(read, &scenario.name).is_none()) {
                let judged = (old.text_of(scenario), String::new());
                cases.push(Case {
                    file: &old.file,
                    scenario,
                    side: Side::Removed,
                    path,
                    place: None,
                    judged,
                });
            }
        }
    }
    cases
}

fn named<'a>(read: &'a Read, name: &str) -> Option<&'a Scenario> {
    read.file.scenarios.iter().find(|scenario| scenario.name == name)
}

fn read(tree: &Tree, path: &str) -> Result<Read, PolicyError> {
    let text = tree.text(path).map_err(|error| PolicyError::new(path, error.to_string()))?;
    let (file, document) = ScenarioFile::read(path, &text)?;
    let raw = document.whole()?;
    Ok(Read { path: path.to_owned(), file, document, raw })
}

fn paths<'a>(tree: &'a Tree, globs: &'a GlobSet) -> impl Iterator<Item = &'a str> {
    tree.paths().filter(|path| globs.is_match(path))
}

fn globs(policy: &Policy) -> Result<GlobSet, Error> {
    let mut set = GlobSetBuilder::new();
    for glob in &policy.scenarios {
        let glob = GlobBuilder::new(glob).literal_separator(true).build();
        set.add(glob.map_err(|error| Error::Glob(error.to_string()))?);
    }
    set.build().map_err(|error| Error::Glob(error.to_string()))
}
