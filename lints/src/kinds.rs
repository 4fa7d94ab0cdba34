//! Kinds that other files declare: enums without fields, and what gives a text that the program itself has.
//!
//! Each file says what it has of these, and which of its findings depend on those of others. Such a finding lapses where there
//! are few of each value that it depends on. A text of `&'static str` is one, whatever is in it: the program has it from the start.

use std::collections::HashSet;

use findings::Finding;
use serde::{Deserialize, Serialize};
use syn::{Fields, Item};

use crate::across::{hash, settle};
use crate::few::{Needs, Shown, gives_static_text, has_few, is_static_text, told};
use crate::place::{Place, place};
use crate::rules::{HIGH_CARDINALITY_LABEL, INTERPOLATED_SHELL_COMMAND, needs_of_command, needs_of_labels};
use crate::site::{Site, Step};
use crate::walk::Node;

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    few: Vec<Id>,
    open: Vec<Open>,
}

/// A finding that may lapse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    place: Place,
    /// Of each, one must be few.
    needs: Vec<Vec<Id>>,
}

/// Something of the workspace by the hash of its canonical path.
type Id = u64;

/// Gathers what a file says while the walk is in it.
#[derive(Default)]
pub(crate) struct Gathered(Said);

impl Gathered {
    /// Looks at a node outside of tests, and at what was found there.
    pub(crate) fn see(&mut self, node: &Node<'_>, site: &Site<'_>, found: &[Finding]) {
        self.0.open.extend(found.iter().filter_map(|finding| open(finding, node, site)));
        match node {
            Node::Item(Item::Enum(item)) => {
                let Some(path) = site.resolve(&item.ident.clone().into()) else { return };
                let texts = has_few(item, Shown::Display).then(|| hash(told(&path)));
                self.0.few.extend(texts.into_iter().chain(has_few(item, Shown::Debug).then(|| hash(&path))));
            }
            Node::Item(Item::Struct(item)) => {
                let Fields::Named(fields) = &item.fields else { return };
                let fields = || fields.named.iter().filter(|field| is_static_text(&field.ty));
                let Some(path) = fields().next().and_then(|_| site.resolve(&item.ident.clone().into()))
                else {
                    return;
                };
                let names = fields().filter_map(|field| field.ident.as_ref());
                self.0.few.extend(names.map(|name| hash(format!("{path}::{name}"))));
            }
            Node::Function(signature, _) if gives_static_text(&signature.output) => {
                let path = match site.steps.iter().rev().find(|step| is_item(step)) {
                    Some(Step::Impl(_)) => site.of_own_type(&signature.ident),
                    Some(Step::Trait(_)) => None,
                    _ => site.resolve(&signature.ident.clone().into()),
                };
                self.0.few.extend(path.map(|path| hash(&path)));
            }
            _ => {}
        }
    }

    pub(crate) fn said(mut self) -> Said {
        settle(&mut self.0.few);
        self.0
    }
}

fn is_item(step: &Step<'_>) -> bool {
    matches!(step, Step::Impl(_) | Step::Trait(_) | Step::Module(_))
}

fn open(finding: &Finding, node: &Node<'_>, site: &Site<'_>) -> Option<Open> {
    let needs: Needs = match finding.rule.id {
        id if id == HIGH_CARDINALITY_LABEL.id => needs_of_labels(node, site)?,
        id if id == INTERPOLATED_SHELL_COMMAND.id => needs_of_command(node, site)?,
        _ => return None,
    };
    let ids = |names: &Vec<String>| names.iter().map(hash).collect();
    Some(Open { place: place(finding)?, needs: needs.iter().map(ids).collect() })
}

/// Findings that lapse.
#[derive(Default)]
pub(crate) struct Lapsed<'s>(HashSet<(&'s str, Place)>);

impl Lapsed<'_> {
    pub(crate) fn has(&self, finding: &Finding) -> bool {
        let rules = [HIGH_CARDINALITY_LABEL.id, INTERPOLATED_SHELL_COMMAND.id];
        let file = finding.file().unwrap_or_default();
        rules.contains(&finding.rule.id)
            && place(finding).is_some_and(|place| self.0.contains(&(file, place)))
    }
}

impl Said {
    /// Whether a finding of the file may lapse.
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }
}

/// The findings that lapse, given what each file says.
pub(crate) fn lapsed<'s>(files: &[(&'s str, &Said)]) -> Lapsed<'s> {
    let few: HashSet<Id> = files.iter().flat_map(|(_, said)| said.few.iter().copied()).collect();
    let is_few = |open: &Open| open.needs.iter().all(|names| names.iter().any(|name| few.contains(name)));
    let open = files.iter().flat_map(|(path, said)| said.open.iter().map(move |open| (*path, open)));
    Lapsed(open.filter(|(_, open)| is_few(open)).map(|(path, open)| (path, open.place)).collect())
}
