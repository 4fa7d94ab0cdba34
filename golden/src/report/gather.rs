//! Reports out of recorded rankings, base against head, and out of merged partials.

use std::collections::HashMap;

use source::Change;

use super::{Corpus, Report};
use crate::bulk::Store;
use crate::bulk::delta::Rankings;
use crate::bulk::side::{BulkSide, is_bulk};
use crate::partial::{Outcome, Tally, Whole};
use crate::policy::{self, Policy};
use crate::requests::Case;
use crate::rules::ranking_invalid;
use crate::side::{Delta, Side, Unread};
use crate::static_tier::{Place, read_base};
use crate::witness::Seen;

/// What became of the recorded rankings of every corpus, head against base. Runs nothing.
pub fn recorded(change: &Change, policy: &Policy, store: &Store) -> Vec<Corpus> {
    let of = |corpus: &policy::Corpus| {
        of_corpus(change, corpus, store)
            .unwrap_or_else(|reason| Corpus::unread(&corpus.name, [&corpus.service, &corpus.rpc], reason))
    };
    policy.corpora.iter().map(of).collect()
}

/// An error where nothing can be compared, with its reason.
fn of_corpus(change: &Change, corpus: &policy::Corpus, store: &Store) -> Result<Corpus, String> {
    let place = Place::of(change, corpus);
    let base = change.base.as_ref().ok_or("base: there is no base to compare with")?;
    let (requests, rankings) = (change.base_path(&place.requests), change.base_path(&place.rankings));
    if is_bulk(base, requests, rankings) || is_bulk(&change.head, &place.requests, &place.rankings) {
        let base = read("base", BulkSide::read(base, corpus, requests, rankings))?;
        let head = read("head", BulkSide::read(&change.head, corpus, &place.requests, &place.rankings))?;
        return of_bulk(corpus, &base, &head, store);
    }
    let head = read("head", Side::read(&change.head, corpus, &place.requests, &place.rankings))?;
    let base = read("base", read_base(change, base, corpus, &place))?;
    Ok(compared(corpus, &base, &head))
}

fn read<T>(side: &str, found: Option<Result<T, Unread>>) -> Result<T, String> {
    match found {
        Some(Ok(found)) => Ok(found),
        Some(Err(Unread { path, line: Some(line), reason })) => {
            Err(format!("{side}: `{path}`, line {line}: {reason}"))
        }
        Some(Err(Unread { path, reason, .. })) => Err(format!("{side}: `{path}`: {reason}")),
        None => Err(format!("{side}: there is no such corpus")),
    }
}

/// A corpus whose files are manifests, list by list.
fn of_bulk(
    corpus: &policy::Corpus,
    base: &BulkSide,
    head: &BulkSide,
    store: &Store,
) -> Result<Corpus, String> {
    let rankings = if base.rankings == head.rankings {
        let mut same = Rankings::default();
        for (segment, count) in head.rankings.segments() {
            same.tally.identical(&segment, count);
        }
        same
    } else {
        let mut before = base.rankings.open(store).map_err(|reason| format!("base: {reason}"))?;
        let mut after = head.rankings.open(store).map_err(|reason| format!("head: {reason}"))?;
        Rankings::between(&mut before, &mut after, &head.rankings, corpus, &|_| true)?
    };
    let names = [corpus.service.as_str(), corpus.rpc.as_str()];
    Ok(Corpus {
        removed: rankings.removed.count,
        ..Corpus::of(&corpus.name, names, &rankings.tally, &corpus.wording)
    })
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

/// What became of every corpus that was replayed, in shards or as a whole. The policy has the words for segments.
pub fn of_whole(whole: &Whole, policy: &Policy) -> Report {
    let corpora = whole.partial.corpora.iter().map(|(name, slice)| {
        let wording = policy.corpora.iter().find(|corpus| corpus.name == *name);
        let wording = wording.map(|corpus| corpus.wording.clone()).unwrap_or_default();
        Corpus::of(name, [&slice.service, &slice.rpc], &slice.tally, &wording)
    });
    let shards = if whole.shards == 1 { "one shard".to_owned() } else { format!("{} shards", whole.shards) };
    let facts = vec![
        whole.verdict(),
        format!("answers of services built from {}, beside what is recorded there", whole.partial.head),
        shards,
        format!("Gatefold {}", whole.partial.tool),
    ];
    Report::new(facts, Vec::new(), corpora.collect())
}
