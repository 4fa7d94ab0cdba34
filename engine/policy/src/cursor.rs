//! Where a walk through a document stands in the schema.

use crate::schema::{Direction, Key, Schema};
use crate::settings;

/// The keys of a schema, their paths taken apart.
pub(crate) struct Table(Vec<(Vec<Pattern>, &'static Key)>);

/// One step of a key's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pattern {
    /// A word of the schema.
    Word(&'static str),
    /// `*`: a key that the user names.
    Any,
    /// `[]`: an item of a list.
    Item,
    /// `**`: whatever stands below.
    Rest,
}

/// The keys that are still possible at a value.
#[derive(Clone)]
pub(crate) struct Cursor<'t>(Vec<(&'t [Pattern], &'static Key)>);

impl Table {
    pub(crate) fn of(schema: &Schema) -> Table {
        let top = settings::KEYS.iter().map(|key| (patterns(key.path), key));
        let sections = schema.sections.iter().flat_map(|section| {
            let name = Pattern::Word(section.name);
            section.keys.iter().map(move |key| {
                let below = patterns(key.path);
                (std::iter::once(name).chain(below).collect(), key)
            })
        });
        Table(top.chain(sections).collect())
    }

    pub(crate) fn root(&self) -> Cursor<'_> {
        Cursor(self.0.iter().map(|(pattern, key)| (pattern.as_slice(), *key)).collect())
    }
}

fn patterns(path: &'static str) -> Vec<Pattern> {
    path.split('.')
        .flat_map(|part| {
            let word = part.trim_end_matches("[]");
            let items = (part.len() - word.len()) / 2;
            let first = match word {
                "*" => Pattern::Any,
                "**" => Pattern::Rest,
                word => Pattern::Word(word),
            };
            std::iter::once(first).chain(std::iter::repeat_n(Pattern::Item, items))
        })
        .collect()
}

impl<'t> Cursor<'t> {
    /// Below a key.
    pub(crate) fn key(&self, name: &str) -> Cursor<'t> {
        self.step(|pattern| match pattern {
            Pattern::Word(word) => *word == name,
            Pattern::Any => true,
            _ => false,
        })
    }

    /// At the items of a list. A key that is declared without `[]`, but whose direction speaks of entries, speaks
    /// of the items.
    pub(crate) fn item(&self) -> Cursor<'t> {
        let below = self.step(|pattern| *pattern == Pattern::Item);
        match self.here() {
            Some(key) if below.is_unknown() && key.direction.speaks_of_entries() => Cursor(vec![(&[], key)]),
            _ => below,
        }
    }

    /// The key that is declared for this very value. A word outweighs a `*`.
    pub(crate) fn here(&self) -> Option<&'static Key> {
        let ends = |left: &[Pattern]| left.is_empty() || left == [Pattern::Rest];
        let wild = |key: &Key| key.path.matches('*').count();
        self.0.iter().filter(|(left, _)| ends(left)).map(|(_, key)| *key).min_by_key(|key| wild(key))
    }

    /// Whether the schema knows nothing here.
    pub(crate) fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether keys are declared below this value, or items.
    pub(crate) fn goes_deeper(&self) -> bool {
        self.0.iter().any(|(left, _)| !left.is_empty())
    }

    /// Whether a map may stand here.
    pub(crate) fn takes_keys(&self) -> bool {
        let is_key = |pattern: &Pattern| !matches!(pattern, Pattern::Item);
        self.0.iter().any(|(left, _)| left.first().is_some_and(is_key))
    }

    /// The words that may stand here as keys.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        let mut words: Vec<_> = self
            .0
            .iter()
            .filter_map(|(left, _)| match left.first() {
                Some(Pattern::Word(word)) => Some(*word),
                _ => None,
            })
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    fn step(&self, fits: impl Fn(&Pattern) -> bool) -> Cursor<'t> {
        let step = |(left, key): &(&'t [Pattern], &'static Key)| match left {
            [Pattern::Rest] => Some((*left, *key)),
            [first, rest @ ..] if fits(first) => Some((rest, *key)),
            _ => None,
        };
        Cursor(self.0.iter().filter_map(step).collect())
    }
}

impl Direction {
    fn speaks_of_entries(self) -> bool {
        use Direction::*;
        matches!(self, MoreLoosens | MoreTightens | AllowList | Joins | AnyChangeLoosens | Free)
    }
}
