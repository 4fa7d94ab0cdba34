//! Which items a rule about attributes is for, and what they have attached.

use globset::{Glob, GlobSet, GlobSetBuilder};
use source::{Attribute, Item, Visibility};

use crate::form::Form;
use crate::map::Map;
use crate::path::{Pattern, join};
use crate::policy::{Attributes, Seen};
use crate::{Error, Policy};

/// Which items a rule about attributes is for.
pub(crate) struct Selection<'p> {
    rule: &'p Attributes,
    members: Vec<Pattern>,
    named: Option<GlobSet>,
    returning: Vec<Pattern>,
    having: Vec<Form>,
}

/// An item that a rule about attributes is for.
pub(crate) struct Selected<'n> {
    /// With its place and what is around it.
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute<'n>>,
    /// The condition of the attribute for which it is in the rule.
    pub(crate) condition: Option<&'n str>,
}

impl<'p> Selection<'p> {
    pub(crate) fn of(map: &Map<'_>, policy: &Policy, rule: &'p Attributes) -> Result<Self, Error> {
        let mut names = GlobSetBuilder::new();
        for text in &rule.named {
            let refuse = |error: globset::Error| Error::Pattern {
                pattern: text.clone(),
                reason: error.kind().to_string(),
            };
            names.add(Glob::new(text).map_err(refuse)?);
        }
        // What was read with the policy builds; a set that does not would match nothing.
        let named = (!rule.named.is_empty()).then(|| names.build().ok()).flatten();
        Ok(Selection {
            rule,
            members: policy.patterns(&rule.members)?,
            named,
            returning: map.canonical_patterns(&rule.returning)?,
            having: Form::read_all(&rule.having),
        })
    }

    pub(crate) fn select<'n>(&self, place: &str, item: &Item<'n>) -> Option<Selected<'n>> {
        let rule = self.rule;
        let by_words = rule.items.iter().any(|kind| kind.of() == item.kind())
            && (rule.visibility == Seen::Any || item.visibility() == Visibility::Public)
            && self.named.as_ref().is_none_or(|named| named.is_match(item.name()))
            && self.members.iter().any(|member| member.covers(place).is_some());
        if !by_words {
            return None;
        }
        let gives = |path: &String| self.returning.iter().any(|pattern| pattern.names(path));
        if !self.returning.is_empty() && !item.gives().iter().any(gives) {
            return None;
        }
        let attributes: Vec<Attribute<'n>> = item.attributes().collect();
        let has = |attribute: &&Attribute<'n>| self.having.iter().any(|form| form.is(attribute));
        let condition = match self.having.is_empty() {
            true => None,
            false => attributes.iter().find(has)?.condition,
        };
        let around = item.outer().map(|outer| join(place, outer.name()));
        let name = join(around.as_deref().unwrap_or(place), item.name());
        Some(Selected { name, attributes, condition })
    }
}
