//! What `gatefold.yaml` may say: sections, their keys, and which way each key loosens.

use std::collections::BTreeSet;

use crate::differences::direction;
use crate::{Document, PolicyError};

/// Every section that the policy may have. The top level is built in.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// One a guard.
    pub sections: &'static [Section],
}

impl Schema {
    /// What a test of the house should find nothing of: keys that are declared twice, documentation that is no sentence,
    /// and defaults with which a change cannot be compared, so that it always loosens.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for section in self.sections {
            for key in section.keys {
                let path = format!("{}.{}", section.name, key.path);
                let sentence = key.docs.starts_with(|letter: char| letter.is_uppercase() || letter == '`')
                    && key.docs.trim_end().ends_with('.');
                if !sentence {
                    problems.push(format!("`{path}`: the documentation is no sentence"));
                }
                if !direction::default_is_comparable(key) {
                    problems.push(format!(
                        "`{path}`: `{}` is no default that its direction can compare",
                        key.default
                    ));
                }
                if !seen.insert(path.clone()) {
                    problems.push(format!("`{path}` is declared twice"));
                }
            }
        }
        problems
    }
}

/// One guard's part of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// The top-level key, for instance `arch`.
    pub name: &'static str,
    /// Every key that may stand below it. A key that is not listed is refused.
    pub keys: &'static [Key],
    /// Looks for what is wrong in meaning once the shape is right. Runs for every document, with or without the
    /// section.
    pub check: fn(&Document) -> Result<(), PolicyError>,
}

/// One key of a section.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Path below the section: `spawn.run`, `layers[]` for the items of a list, `layers[].members[]`, `limits.*`
    /// for keys that the user names, `tables.**` for whatever stands below.
    pub path: &'static str,
    /// What is written there, in words: `list of globs`.
    pub shape: &'static str,
    /// The value without the key, as YAML: `90`, `false`, `[unwrap, panic]`, `none` for nothing at all. A change is compared
    /// with it where one side does not have the key; where it is only described, such a change loosens.
    pub default: &'static str,
    /// Which way a change loosens.
    pub direction: Direction,
    /// What it means: sentences, Markdown.
    pub docs: &'static str,
}

impl Key {
    /// A key by its path, shape, default, direction and documentation: a table of many keys names the fields once.
    pub const fn new(
        path: &'static str,
        shape: &'static str,
        default: &'static str,
        direction: Direction,
        docs: &'static str,
    ) -> Key {
        Key { path, shape, default, direction, docs }
    }
}

/// Which way a change of a key loosens the policy. What no direction covers counts as loosening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Another entry of a list or map loosens, one less tightens: excluded globs, allowed edges.
    MoreLoosens,
    /// The same where there is a list; without one everything is allowed, so that the first list tightens and a list
    /// that goes loosens. Its default is described in words.
    AllowList,
    /// One entry less loosens, another tightens: protected globs, forbidden calls.
    MoreTightens,
    /// Places, and a greater part of the workspace tightens: one entry less loosens unless another one covers it, another
    /// tightens.
    WiderTightens,
    /// Places, and a greater part of the workspace loosens: another entry loosens unless one that was there covers it, one
    /// less tightens.
    WiderLoosens,
    /// Another entry joins what is there and is judged as head writes it; one less loosens: members of a layer.
    Joins,
    /// A greater number loosens: tolerances, time limits. A default of `none` means "no limit".
    HigherLoosens,
    /// A smaller number loosens: minimum sizes, coverage. A default of `none` means "no minimum".
    LowerLoosens,
    /// `true` loosens.
    TrueLoosens,
    /// `false` loosens.
    FalseLoosens,
    /// A lower level loosens: error, warning, note, off.
    LevelOrder,
    /// Words from strict to loose; a step to the right loosens.
    Words(&'static [&'static str]),
    /// For a list itself: another order of the entries that both sides have loosens.
    Order,
    /// Whatever changes, loosens.
    AnyChangeLoosens,
    /// Says nothing about strictness: names, descriptions, paths of reports.
    Free,
}

/// How many keys stand in these lists.
pub const fn count(lists: &[&[Key]]) -> usize {
    let (mut all, mut list) = (0, 0);
    while list < lists.len() {
        all += lists[list].len();
        list += 1;
    }
    all
}

/// The keys of several lists in one; `N` is their [`count`].
pub const fn joined<const N: usize>(lists: &[&[Key]]) -> [Key; N] {
    let mut keys = [lists[0][0]; N];
    let (mut at, mut list) = (0, 0);
    while list < lists.len() {
        let mut key = 0;
        while key < lists[list].len() {
            keys[at] = lists[list][key];
            at += 1;
            key += 1;
        }
        list += 1;
    }
    keys
}
