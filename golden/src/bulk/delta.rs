//! How two sides of a bulk corpus differ, gathered in bounded memory.

use std::collections::BTreeMap;

use findings::Delta;

use super::lists::Lists;
use super::requests::Asked;
use super::side::Recorded;
use super::walk::{Met, walk};
use crate::compare::compare;
use crate::partial::Tally;
use crate::policy::Corpus;
use crate::witness::Seen;
use crate::{Case, Ranking};

/// How many ids and rankings are named before they are only counted.
const NAMED: usize = 20;

/// The most changed rankings that an approval lists one by one. Beyond, it binds all of them together.
const DELTAS: u64 = 2_000;

/// Some requests of many: how many, the first of them, and a digest of all with what an approval binds of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Several {
    pub(crate) count: u64,
    pub(crate) first: Vec<String>,
    ids: blake3::Hasher,
    before: blake3::Hasher,
    after: blake3::Hasher,
}

impl Several {
    fn add(&mut self, id: &str, before: &str, after: &str) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(id.to_owned());
        }
        self.ids.update(format!("{id}\n").as_bytes());
        self.before.update(format!("{id} {before}\n").as_bytes());
        self.after.update(format!("{id} {after}\n").as_bytes());
    }

    /// Whether both are the same requests, met in the same order.
    pub(crate) fn same_ids(&self, other: &Several) -> bool {
        self.ids.finalize() == other.ids.finalize()
    }

    /// What an approval binds: what they were, and what they are.
    pub(crate) fn judged(&self) -> [String; 2] {
        [&self.before, &self.after].map(|hasher| hasher.finalize().to_hex().to_string())
    }
}

/// How rankings differ.
#[derive(Debug, Default)]
pub(crate) struct Rankings {
    /// Of all that head has.
    pub(crate) tally: Tally,
    /// Those that differ by more than noise, old to new.
    pub(crate) changed: Several,
    /// The same one by one, unless there are more than an approval lists.
    pub(crate) deltas: Vec<Delta>,
    pub(crate) removed: Several,
    pub(crate) added: Several,
    /// Rankings of those that differ or are new that are invalid, with what is wrong.
    pub(crate) invalid: Vec<(String, Vec<String>)>,
    pub(crate) more_invalid: u64,
}

impl Rankings {
    /// Compares two sides list by list, leaving out changed rankings that are not wanted.
    pub(crate) fn between(
        base: &mut Lists<'_>,
        head: &mut Lists<'_>,
        recorded: &Recorded,
        corpus: &Corpus,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Rankings, String> {
        let mut rankings = Rankings::default();
        let judged_by = corpus.judged_by();
        let mut left_out: BTreeMap<String, u64> = BTreeMap::new();
        walk(base, head, &mut |met| match met {
            Met::Same => {}
            Met::Removed(row) => rankings.removed.add(&row.id, &row.ranking.digest(), ""),
            Met::Added(row) => {
                rankings.added.add(&row.id, "", &row.ranking.digest());
                rankings.tally.added(&row.segment);
                rankings.check(corpus, &row.id, &row.ranking);
            }
            Met::Both(rows) => {
                let (before, after) = *rows;
                let comparison = compare(&before.ranking, &after.ranking, &corpus.tolerance);
                if comparison.class.is_change() {
                    if !wanted(&after.id) {
                        *left_out.entry(after.segment).or_default() += 1;
                        return;
                    }
                    rankings.change(&after.id, &before.ranking.digest(), &after.ranking.digest(), &judged_by);
                }
                let seen = Seen {
                    id: &after.id,
                    segment: &after.segment,
                    line: None,
                    before: &before.ranking,
                    after: &after.ranking,
                    comparison: &comparison,
                    overlap: 0.0,
                };
                rankings.tally.compared(&seen, &corpus.wording);
                rankings.check(corpus, &after.id, &after.ranking);
            }
        })?;
        for (segment, count) in recorded.segments() {
            let met = rankings.tally.segments.get(&segment).map_or(0, |segment| segment.requests());
            let met = met + left_out.get(&segment).copied().unwrap_or_default();
            rankings.tally.identical(&segment, count.saturating_sub(met));
        }
        Ok(rankings)
    }

    fn change(&mut self, id: &str, before: &str, after: &str, judged_by: &str) {
        self.changed.add(id, before, &format!("{after} {judged_by}"));
        if self.changed.count > DELTAS {
            self.deltas = Vec::new();
            return;
        }
        let digest = findings::digest(format!("{before}\n{after}\n{judged_by}").as_bytes());
        self.deltas.push(Delta { of: id.to_owned(), digest });
    }

    fn check(&mut self, corpus: &Corpus, id: &str, ranking: &Ranking) {
        let faults = ranking.faults(None, corpus.descending);
        if faults.is_empty() {
            return;
        }
        if self.invalid.len() < NAMED {
            self.invalid.push((id.to_owned(), faults));
        } else {
            self.more_invalid += 1;
        }
    }
}

/// How requests differ.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(crate) removed: Several,
    pub(crate) added: Several,
    /// Those whose text or segment differs.
    pub(crate) rewritten: Several,
}

impl Requests {
    pub(crate) fn between(base: &mut Asked<'_>, head: &mut Asked<'_>) -> Result<Requests, String> {
        let mut requests = Requests::default();
        let (mut before, mut after) = (base.next()?, head.next()?);
        loop {
            let order = match (&before, &after) {
                (None, None) => return Ok(requests),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(before), Some(after)) => before.id.cmp(&after.id),
            };
            let gone: Option<Case> =
                if order.is_le() { std::mem::replace(&mut before, base.next()?) } else { None };
            let come: Option<Case> =
                if order.is_ge() { std::mem::replace(&mut after, head.next()?) } else { None };
            match (gone, come) {
                (Some(gone), None) => requests.removed.add(&gone.id, &gone.digest(), ""),
                (None, Some(come)) => requests.added.add(&come.id, "", &come.digest()),
                (Some(gone), Some(come))
                    if (&gone.segment, &gone.request) != (&come.segment, &come.request) =>
                {
                    requests.rewritten.add(&come.id, &gone.digest(), &come.digest());
                }
                _ => {}
            }
        }
    }
}
