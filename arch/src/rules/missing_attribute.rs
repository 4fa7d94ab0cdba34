//! Attributes that items of a place must have and have not.

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
    /// Items without an attribute or a derive that the policy requires of them, by their kind, place, visibility, name,
    /// result, or by another attribute that they have. One behind `cfg_attr` counts only where what brings the item into the
    /// rule stands under the same condition. What a trait's implementation has is left to the trait.
    ///
    /// ## Why it hurts
    /// A configuration that ignores keys it does not know takes a misspelt limit for none, and nobody sees it until the
    /// limit is needed. What every item of a kind must say is forgotten on the next one.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   attributes:
    ///     strict-configuration:
    ///       items: [struct]
    ///       members: ["serving::config"]
    ///       having: ["derive(serde::Deserialize)"]
    ///       require: ["serde(deny_unknown_fields)"]
    ///       because: a misspelt key must not be ignored
    ///     beliefs-are-used:
    ///       items: [fn]
    ///       members: [reward]
    ///       visibility: pub
    ///       returning: ["reward::Belief"]
    ///       require: [must_use]
    ///       because: a belief is updated by value, and one that is dropped is an update that never was
    ///
    /// crate serving -> serde
    /// crate reward
    /// serving/src/config.rs | use serde::Deserialize as Read;
    /// serving/src/config.rs | #[derive(Read)] #[serde(default)] pub struct Limits; //~
    /// reward/src/lib.rs | pub struct Belief;
    /// reward/src/lib.rs | impl Belief { pub fn updated(&self) -> Self { Belief } } //~
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   attributes:
    ///     strict-configuration:
    ///       items: [struct]
    ///       members: ["serving::config"]
    ///       having: ["derive(serde::Deserialize)"]
    ///       require: ["serde(deny_unknown_fields)"]
    ///       because: a misspelt key must not be ignored
    ///
    /// crate serving -> serde
    /// serving/src/config.rs | #[derive(serde::Deserialize)] #[serde(default, deny_unknown_fields)] pub struct Limits;
    /// serving/src/config.rs | #[cfg_attr(feature = "x", derive(serde::Deserialize), serde(deny_unknown_fields))] pub struct Other;
    /// serving/src/config.rs | pub struct Read;
    /// ```
    pub static MISSING_ATTRIBUTE = {
        id: "missing-attribute",
        guard: "arch",
        group: "items",
        level: Error,
        summary: "finds items without an attribute that the policy requires of them",
    };
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in policy.attributes.iter().filter(|(_, rule)| !rule.require.is_empty()) {
        let required = Form::read_all(&rule.require);
        let selection = Selection::of(map, policy, rule)?;
        let mut seen = BTreeSet::new();
        for (place, item) in map.items() {
            let Some(selected) = selection.select(place, &item) else { continue };
            let of_impl = item.outer().is_some_and(|outer| outer.implemented().is_some());
            // A file in two targets is read twice.
            if of_impl || !seen.insert((item.file().clone(), item.line(), item.column())) {
                continue;
            }
            for form in &required {
                let there: Vec<_> = selected.attributes.iter().filter(|other| form.is(other)).collect();
                let holds =
                    |condition: &Option<&str>| condition.is_none() || *condition == selected.condition;
                if there.iter().any(|attribute| holds(&attribute.condition)) {
                    continue;
                }
                let location = of_path(item.file(), item.line(), item.column(), tree);
                let message = format!("`{}` has no `{}`", selected.name, form.text());
                let mut finding = Finding::new(&MISSING_ATTRIBUTE, location, message);
                for attribute in there {
                    let place = of_path(item.file(), attribute.line, attribute.column, tree);
                    let condition = attribute.condition.unwrap_or_default();
                    finding = finding.note_at(place, format!("it is there only if `{condition}`"));
                }
                let help = format!("write `#[{}]` above it", form.text());
                let finding = reasoned(finding, &Entry::named("attributes", name, rule), help);
                findings.push(finding.fact(&selected.name).fact(form.text()));
            }
        }
    }
    Ok(findings)
}
