//! Coverage in the static tier: what head holds, and what the base held and head does not.

use std::collections::{BTreeMap, BTreeSet};

use findings::Finding;
use source::{Change, Tree};

use super::{Held, Manifest, held};
use crate::policy::Corpus;
use crate::requests::Case;
use crate::rules::{hazard_lost, hazard_uncovered};
use crate::side::{Delta, Side};
use crate::static_tier::Place;

/// The segments and hazards that head's corpus does not hold.
pub(crate) fn check_head(tree: &Tree, corpus: &Corpus, place: &Place, head: &Side) -> Vec<Finding> {
    hazard_uncovered::find(corpus, place, &held(corpus, head, &Manifest::read(tree, &place.manifest)))
}

/// What a change takes out of a corpus.
#[derive(Default)]
pub(crate) struct Lost {
    /// What the removed requests held, for the finding about them.
    pub(crate) removed: Option<String>,
    /// What the rewritten requests held.
    pub(crate) rewritten: Option<String>,
    /// Claims of the manifest about requests that are as they were.
    pub(crate) claims: Option<Finding>,
}

impl Lost {
    pub(crate) fn of(
        change: &Change,
        corpus: &Corpus,
        place: &Place,
        base: &Side,
        head: &Side,
        delta: &Delta<'_>,
    ) -> Lost {
        let Some(tree) = &change.base else { return Lost::default() };
        let before = Manifest::read(tree, change.base_path(&place.manifest));
        let after = Manifest::read(&change.head, &place.manifest);
        if before == after && base == head {
            return Lost::default();
        }
        let (before, after) = (held(corpus, base, &before), held(corpus, head, &after));
        let rewritten: Vec<&Case> = delta.rewritten.iter().map(|rewritten| rewritten.before).collect();
        let unchanged: BTreeSet<&str> =
            delta.compared.iter().map(|compared| compared.before.id.as_str()).collect();
        Lost {
            removed: sentence(&before, &delta.removed),
            rewritten: sentence(&before, &rewritten),
            claims: hazard_lost::find(corpus, &place.manifest, &before, &after, &unchanged),
        }
    }
}

/// Of the requests that are gone, the hazards and segments that some of them held, with how many requests still do.
fn sentence(before: &[Held<'_>], gone: &[&Case]) -> Option<String> {
    let gone: BTreeSet<&str> = gone.iter().map(|case| case.id.as_str()).collect();
    let mut lost: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for held in before {
        let count = held.by.iter().filter(|id| gone.contains(*id)).count();
        if count > 0 {
            lost.insert(held.name, (count, held.by.len() - count));
        }
    }
    let parts: Vec<String> =
        lost.iter().map(|(name, (count, left))| format!("`{name}` {count}, {left} left")).collect();
    (!parts.is_empty()).then(|| format!("what they held of the corpus's hazards: {}", parts.join("; ")))
}

/// The finding with a note, if there is one.
pub(crate) fn noting(finding: Finding, note: Option<String>) -> Finding {
    match note {
        Some(note) => finding.note(note),
        None => finding,
    }
}
