//! Reports out of recorded rankings, base against head, and out of merged partials.

use std::collections::HashMap;

use source::Change;

use super::Corpus;
use crate::partial::{Outcome, Tally, Whole};
use crate::policy::{self, Policy};
use crate::requests::Case;
use crate::rules::ranking_invalid;
use crate::side::{Delta, Side, Unread};
use crate::static_tier::{Place, read_base};
use crate::witness::Seen;

/// What became of the recorded rankings of every corpus, head against base. Runs nothing.
pub fn recorded(change: &Change, policy: &Policy) -> Vec<Corpus> {
    policy.corpora.iter().map(|corpus| of_corpus(change, corpus)).collect()
}

fn of_corpus(change: &Change, corpus: &policy::Corpus) -> Corpus {
    let place = Place::of(change, corpus);
    let unread = |side: &str, reason: String| {
        Corpus::unread(&corpus.name, [&corpus.service, &corpus.rpc], format!("{side}: {reason}"))
    };
    let refused = |side: &str, found: Unread| match found.line {
        Some(line) => unread(side, format!("`{}`, line {line}: {}", found.path, found.reason)),
        None => unread(side, format!("`{}`: {}", found.path, found.reason)),
    };
    let head = match Side::read(&change.head, corpus, &place.requests, &place.rankings) {
        Some(Ok(head)) => head,
        Some(Err(found)) => return refused("head", found),
        None => return unread("head", "there is no such corpus".to_owned()),
    };
    let Some(base) = &change.base else {
        return unread("base", "there is no base to compare with".to_owned());
    };
    match read_base(change, base, corpus, &place) {
        Some(Ok(base)) => compared(corpus, &base, &head),
        Some(Err(found)) => refused("base", found),
        None => unread("base", "there is no such corpus".to_owned()),
    }
}

fn compared(corpus: &policy::Corpus, base: &Side, head: &Side) -> Corpus {
    let delta = Delta::of(base, head, corpus);
    let cases: HashMap<&str, &Case> =
        head.requests.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let mut tally = Tally::default();
    for compared in &delta.compared {
        let (id, segment) = (&compared.after.id, &compared.after.segment);
        let (before, after) = (&compared.before.ranking, &compared.after.ranking);
        let case = cases.get(id.as_str());
        let faults = case.map(|case| ranking_invalid::faults(corpus, case, after)).unwrap_or_default();
        if !faults.is_empty() {
            tally.refused(id, segment, Outcome::Broken, &faults.join("; "), &corpus.wording);
            continue;
        }
        let (line, comparison) = (Some(compared.after.line), &compared.comparison);
        tally.compared(&Seen { id, segment, line, before, after, comparison, overlap: 0.0 }, &corpus.wording);
    }
    let known: HashMap<&str, &Case> =
        base.requests.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    for case in head.requests.cases.iter().filter(|case| !known.contains_key(case.id.as_str())) {
        tally.added(&case.segment);
    }
    Corpus {
        removed: delta.removed.len() as u64,
        rewritten: delta.rewritten.len() as u64,
        noisy: head.recording.entries.iter().filter(|entry| entry.noise.is_some()).count() as u64,
        ..Corpus::of(&corpus.name, [&corpus.service, &corpus.rpc], &tally, &corpus.wording)
    }
}

/// What became of every corpus that was replayed in shards. The policy has the words for segments.
pub fn of_whole(whole: &Whole, policy: &Policy) -> Vec<Corpus> {
    let corpora = whole.partial.corpora.iter().map(|(name, slice)| {
        let wording = policy.corpora.iter().find(|corpus| corpus.name == *name);
        let wording = wording.map(|corpus| corpus.wording.clone()).unwrap_or_default();
        Corpus::of(name, [&slice.service, &slice.rpc], &slice.tally, &wording)
    });
    corpora.collect()
}
