//! Attributes that items of a place have and must not have.

use std::collections::BTreeSet;

use findings::{Finding, rule};
use source::Tree;

use crate::attached::Selection;
use crate::evidence::{of_path, reasoned};
use crate::form::Form;
use crate::map::Map;
use crate::policy::Entry;
use crate::{Error, Policy};

rule! {
    /// Items with an attribute or a derive that the policy forbids them, by their kind, place, visibility, name, result, or
    /// by another attribute that they have; also behind `cfg_attr`. Derives are known by the path of their trait,
    /// whatever they are imported as. An `impl` of the same trait by hand is another matter: see
    /// `misplaced-implementation`.
    ///
    /// ## Why it hurts
    /// A domain type that is read from JSON is the schema of that JSON: its fields can be renamed only together with every
    /// client, and what was never checked comes in through it.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   attributes:
    ///     plain-domain:
    ///       items: [struct, enum]
    ///       members: [domain]
    ///       forbid: ["derive(serde::Deserialize)", "derive(serde::Serialize)"]
    ///       because: the domain is no wire format
    ///
    /// crate domain -> serde
    /// domain/src/lib.rs | use serde::Serialize as Shown;
    /// domain/src/lib.rs | #[derive(Clone, Shown)] pub struct Order; //~
    /// domain/src/lib.rs | #[cfg_attr(feature = "wire", derive(serde::Deserialize))] pub enum State { Open } //~
    /// ```
    ///
    /// ## Instead
    /// Keep a type of the wire where the wire is, and convert.
    /// ```good
    /// arch:
    ///   attributes:
    ///     plain-domain:
    ///       items: [struct, enum]
    ///       members: [domain]
    ///       forbid: ["derive(serde::Deserialize)", "derive(serde::Serialize)"]
    ///       because: the domain is no wire format
    ///
    /// crate domain
    /// crate wire -> domain, serde
    /// domain/src/lib.rs | #[derive(Clone)] pub struct Order;
    /// wire/src/lib.rs | #[derive(serde::Serialize)] pub struct OrderMessage;
    /// ```
    pub static FORBIDDEN_ATTRIBUTE = {
        id: "forbidden-attribute",
        guard: "arch",
        group: "items",
        level: Error,
        summary: "finds items with an attribute that the policy forbids them",
    };
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in policy.attributes.iter().filter(|(_, rule)| !rule.forbid.is_empty()) {
        let forbidden = Form::read_all(&rule.forbid);
        let selection = Selection::of(map, policy, rule)?;
        let mut seen = BTreeSet::new();
        for (place, item) in map.items() {
            let Some(selected) = selection.select(place, &item) else { continue };
            for attribute in &selected.attributes {
                let Some(form) = forbidden.iter().find(|form| form.is(attribute)) else { continue };
                // A file in two targets is read twice.
                if !seen.insert((item.file().clone(), attribute.line, attribute.column)) {
                    continue;
                }
                let location = of_path(item.file(), attribute.line, attribute.column, tree);
                let message = format!("`{}` has `{}`, which it must not", selected.name, form.text());
                let mut finding = Finding::new(&FORBIDDEN_ATTRIBUTE, location, message);
                if let Some(condition) = attribute.condition {
                    finding = finding.note(format!("it is there if `{condition}`"));
                }
                let finding = reasoned(finding, &Entry::named("attributes", name, rule), "take it away");
                findings.push(finding.fact(&selected.name).fact(form.text()));
            }
        }
    }
    Ok(findings)
}
