//! Which promises are asked: the base's as the base has them, and what head adds or changes.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use policy::{Document, PolicyError};
use prost_reflect::DescriptorPool;
use serde_json::Value;
use service::Services;
use source::{Change, Tree};

use super::file::{Promise, ScenarioFile};
use crate::promise::{Case, Kind, Side};
use crate::property::check_regressions;
use crate::{Error, Policy};

/// A scenario file as one side has it.
pub(crate) struct Read {
    pub(crate) path: String,
    pub(crate) file: ScenarioFile,
    pub(crate) document: Document,
    /// The file as it is written, for telling versions of a promise apart.
    raw: Value,
}

impl Read {
    /// Everything that a promise says, as one text: itself, and what it takes from its file.
    fn text_of(&self, kind: Kind, name: &str) -> String {
        let own = self.raw[kind.section()].as_array().into_iter().flatten();
        let own = own.into_iter().find(|raw| raw["name"] == name);
        let profile = self.raw.get("profile").map(Value::to_string);
        ["service", "target", "defaults"]
            .map(|key| self.raw[key].to_string())
            .into_iter()
            .chain(profile)
            .chain(own.map(Value::to_string))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Refuses the first thing in which the file, or what is saved beside it, does not fit the protos.
    pub(super) fn check(&self, tree: &Tree, pool: &DescriptorPool) -> Result<(), PolicyError> {
        self.file.check(&self.document, pool)?;
        let properties = self.file.properties();
        check_regressions(tree, &self.path, &properties, &self.file.terms, pool)
    }

    /// Refuses a service that the policy cannot start, and a dependency that it does not give that service.
    pub(super) fn check_target(&self, services: &Services) -> Result<(), PolicyError> {
        self.file.check_target(&self.document, services)
    }

    fn named(&self, kind: Kind, name: &str) -> Option<Promise<'_>> {
        self.file.promises(kind).into_iter().find(|promise| promise.name() == name)
    }
}

/// The scenario files of a tree: each read, or what is wrong with it.
pub(crate) fn read_all(tree: &Tree, policy: &Policy) -> Result<Vec<Result<Read, PolicyError>>, Error> {
    let globs = globs(policy)?;
    Ok(paths(tree, &globs).map(|path| read(tree, path)).collect())
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

/// Every promise of both sides, each version once.
pub(crate) fn cases<'a>(base: &'a BTreeMap<String, Read>, head: &'a [Read]) -> Vec<(Case<'a>, Promise<'a>)> {
    let mut cases = Vec::new();
    for kind in Kind::ALL {
        for read in head {
            of_head(kind, base.get(&read.path), read, &mut cases);
        }
        for (path, old) in base {
            let read = head.iter().find(|read| read.path == *path);
            removed(kind, path, old, read, &mut cases);
        }
    }
    cases
}

/// What a file of head promises, and what the base had in its place.
fn of_head<'a>(kind: Kind, old: Option<&'a Read>, read: &'a Read, cases: &mut Vec<(Case<'a>, Promise<'a>)>) {
    for (index, promise) in read.file.promises(kind).into_iter().enumerate() {
        let name = promise.name();
        let place = read.document.locate(&format!("{}[{index}].name", kind.section()));
        let was = old.and_then(|old| Some((old, old.named(kind, name)?)));
        let now = read.text_of(kind, name);
        let then = was.map_or_else(String::new, |(old, _)| old.text_of(kind, name));
        let mut push = |file: &'a ScenarioFile, promise: Promise<'a>, side: Side| {
            let judged = (then.clone(), now.clone());
            cases.push((
                Case { kind, name, terms: &file.terms, side, path: &read.path, place, judged },
                promise,
            ));
        };
        match was {
            Some((old, was)) if then != now => {
                push(&old.file, was, Side::Base);
                push(&read.file, promise, Side::Changed);
            }
            Some((old, was)) => push(&old.file, was, Side::Same),
            None => push(&read.file, promise, Side::Added),
        }
    }
}

/// What a file of the base promises that head has no word of any more.
fn removed<'a>(
    kind: Kind,
    path: &'a str,
    old: &'a Read,
    read: Option<&Read>,
    cases: &mut Vec<(Case<'a>, Promise<'a>)>,
) {
    for promise in old.file.promises(kind) {
        let name = promise.name();
        if read.is_none_or(|read| read.named(kind, name).is_none()) {
            let judged = (old.text_of(kind, name), String::new());
            let terms = &old.file.terms;
            let case = Case { kind, name, terms, side: Side::Removed, path, place: None, judged };
            cases.push((case, promise));
        }
    }
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
