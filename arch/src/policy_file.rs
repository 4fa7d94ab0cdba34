//! Head's policy as it is written, for the places of what stands in it.

use std::collections::HashMap;

use findings::Location;
use policy::{Document, POLICY_FILE, Schema, Section};
use source::Tree;

use crate::policy::{Decided, Named};
use crate::{Policy, SECTION};

/// Head's policy with its lines. The policy that judges may be another: what it has and head's has not, has no line. What
/// was taken out is asked of whoever approves that, not told once more.
pub(crate) struct PolicyFile(Option<Written>);

struct Written {
    document: Document,
    policy: Policy,
    /// By the rule as findings call it: where it stands among the policy's.
    rules: HashMap<String, usize>,
    /// By the place of the rule, the bare key of a list and what stands there: the key of its first place.
    patterns: HashMap<(usize, String, String), String>,
}

impl PolicyFile {
    /// Reads it. Where there is none that can be read, everything stands in the file.
    pub(crate) fn read(tree: &Tree) -> Self {
        static SECTIONS: &[Section] = &[SECTION];
        let read = || {
            let text = tree.text(POLICY_FILE).ok()?;
            let (document, _) =
                Document::parse_base(POLICY_FILE, &text, &Schema { sections: SECTIONS }).ok()?;
            let policy = document.section(SECTION.name).ok()?;
            Some(Written::of(document, policy))
        };
        PolicyFile(read())
    }

    /// Where a key of the section stands; none where head does not have it.
    pub(crate) fn locate_own(&self, key: &str) -> Option<Location> {
        let Some(Written { document, .. }) = &self.0 else { return Some(Location::file(POLICY_FILE)) };
        document.locate(&format!("arch.{key}")).map(|place| at(Some(place)))
    }

    /// Where something stands whose path is looked for in the policy as head writes it; none where that is not there.
    pub(crate) fn locate_by(&self, path: impl FnOnce(&Policy) -> Option<String>) -> Option<Location> {
        let Some(Written { document, policy, .. }) = &self.0 else {
            return Some(Location::file(POLICY_FILE));
        };
        Some(at(document.locate(&path(policy)?)))
    }

    /// Where a rule stands, called as findings call it, or one of its keys; none where head has no such rule.
    pub(crate) fn locate_rule(&self, rule: &str, key: &str) -> Option<Location> {
        let Some(written) = &self.0 else { return Some(Location::file(POLICY_FILE)) };
        let (document, entries) = (&written.document, written.policy.entries());
        let entry = entries.get(*written.rules.get(rule)?)?;
        let place = match key {
            "" => document.locate(&entry.path),
            key => document.locate(&format!("{}.{key}", entry.path)).or_else(|| document.locate(&entry.path)),
        };
        Some(at(place))
    }

    /// Where a pattern of a rule stands; none where head says it no more.
    pub(crate) fn locate(&self, rule: &str, pattern: &Named<'_>) -> Option<Location> {
        let Some(written) = &self.0 else { return Some(Location::file(POLICY_FILE)) };
        let index = *written.rules.get(rule)?;
        let key = written.patterns.get(&(index, pattern.bare_key(), pattern.text.to_owned()))?;
        self.locate_key(rule, |_| Some(key.clone()))
    }

    /// Where a key of a rule stands that is looked for in the rule as head writes it; none where that is not there.
    pub(crate) fn locate_key(
        &self,
        rule: &str,
        key: impl FnOnce(&dyn Decided) -> Option<String>,
    ) -> Option<Location> {
        let Some(written) = &self.0 else { return Some(Location::file(POLICY_FILE)) };
        let (document, entries) = (&written.document, written.policy.entries());
        let entry = entries.get(*written.rules.get(rule)?)?;
        Some(at(document.locate(&format!("{}.{}", entry.path, key(entry.rule)?))))
    }
}

impl Written {
    fn of(document: Document, policy: Policy) -> Self {
        let (mut rules, mut patterns) = (HashMap::new(), HashMap::new());
        for (index, entry) in policy.entries().iter().enumerate() {
            rules.entry(entry.to_string()).or_insert(index);
            for pattern in entry.rule.patterns() {
                let known = patterns.entry((index, pattern.bare_key(), pattern.text.to_owned()));
                known.or_insert(pattern.key);
            }
        }
        Written { document, policy, rules, patterns }
    }
}

fn at(place: Option<(u32, u32)>) -> Location {
    match place {
        Some((line, column)) => Location::point(POLICY_FILE, line, column),
        None => Location::file(POLICY_FILE),
    }
}
