//! What the rules about relations let through, and which of it was needed.

use std::cell::Cell;
use std::collections::HashMap;

use crate::path::Pattern;
use crate::policy::Entry;
use crate::{Error, Policy};

/// The exceptions of every rule of a policy.
pub(crate) struct Exceptions {
    by_rule: HashMap<String, Vec<Exempt>>,
}

/// One exception, its patterns read.
struct Exempt {
    from: Vec<Pattern>,
    to: Vec<Pattern>,
    used: Cell<bool>,
}

/// The exceptions of one rule.
#[derive(Clone, Copy)]
pub(crate) struct Excepted<'e>(&'e [Exempt]);

impl Exceptions {
    pub(crate) fn of(policy: &Policy) -> Result<Self, Error> {
        let mut by_rule = HashMap::new();
        for entry in policy.entries() {
            let read = |text: &String| policy.patterns(std::slice::from_ref(text));
            let exempt = entry.rule.excepts().iter().map(|exception| {
                let (from, to) = (read(&exception.from)?, read(&exception.to)?);
                Ok(Exempt { from, to, used: Cell::new(false) })
            });
            let exempt: Vec<Exempt> = exempt.collect::<Result<_, Error>>()?;
            if !exempt.is_empty() {
                by_rule.insert(entry.to_string(), exempt);
            }
        }
        Ok(Exceptions { by_rule })
    }

    /// Those of a rule by its kind and its name.
    pub(crate) fn of_rule(&self, kind: &str, name: &str) -> Excepted<'_> {
        Excepted(self.by_rule.get(&Entry::called(kind, name)).map(Vec::as_slice).unwrap_or_default())
    }

    /// Whether an exception of a rule let anything through so far.
    pub(crate) fn was_used(&self, rule: &str, index: usize) -> bool {
        self.by_rule.get(rule).and_then(|exempt| exempt.get(index)).is_some_and(|exempt| exempt.used.get())
    }
}

impl Excepted<'_> {
    /// Whether there is any.
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Whether one place may use another that the rule forbids it. Whatever lets it through was needed.
    pub(crate) fn lets(self, from: &str, to: &str) -> bool {
        let mut lets = false;
        for exempt in self.0.iter().filter(|exempt| exempt.speaks_of(from, to)) {
            exempt.used.set(true);
            lets = true;
        }
        lets
    }

    /// The same, without a word on whether that was needed.
    pub(crate) fn would_let(self, from: &str, to: &str) -> bool {
        self.0.iter().any(|exempt| exempt.speaks_of(from, to))
    }
}

impl Exempt {
    fn speaks_of(&self, from: &str, to: &str) -> bool {
        let covers =
            |patterns: &[Pattern], place| patterns.iter().any(|pattern| pattern.covers(place).is_some());
        covers(&self.from, from) && covers(&self.to, to)
    }
}
