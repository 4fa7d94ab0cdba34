//! The partials of all shards as one whole, or why they are none.

use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, Partial, Shard, Slice};

/// A corpus, or several, replayed as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The merged partial; its shard is [`Shard::WHOLE`].
    pub partial: Partial,
    /// How many partials it was merged from.
    pub shards: usize,
}

impl Whole {
    /// How many requests changed, answered in two ways, or broke an invariant.
    pub fn blocking(&self) -> u64 {
        self.partial.corpora.values().map(|slice| slice.tally.total().changed()).sum()
    }

    /// How many requests broke an invariant.
    pub fn broken(&self) -> u64 {
        self.partial.corpora.values().map(|slice| slice.tally.total().count(Outcome::Broken)).sum()
    }
}

/// Why partials do not make one whole. Nothing can be said then, least of all that it passes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// There are no partials.
    #[error("there is nothing to merge")]
    Nothing,
    /// Two partials were not made alike.
    #[error("`{file}` has another {what} than `{first}`: {other} instead of {one}")]
    Other {
        /// The partial that differs.
        file: String,
        /// The one that it was compared with.
        first: String,
        /// What differs.
        what: &'static str,
        /// As the first has it.
        one: String,
        /// As the other has it.
        other: String,
    },
    /// One shard stands in two files.
    #[error("shard {shard} stands in `{first}` and in `{file}`")]
    Twice {
        /// Which.
        shard: Shard,
        /// Where it was seen first.
        first: String,
        /// Where it was seen again.
        file: String,
    },
    /// Shards are missing.
    #[error("{} of {of} shards are missing, for instance {}", missing.len(), Listed(missing, *of))]
    Missing {
        /// Which, from 0.
        missing: Vec<u32>,
        /// How many there are.
        of: u32,
    },
    /// All shards are there, and requests are missing all the same.
    #[error("the shards asked {asked} of the {of} requests of `{corpus}`")]
    Requests {
        /// Of which corpus.
        corpus: String,
        /// How many were asked.
        asked: u64,
        /// How many there are.
        of: u64,
    },
}

struct Listed<'a>(&'a [u32], u32);

impl std::fmt::Display for Listed<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: Vec<String> = self.0.iter().take(4).map(|index| format!("{index}/{}", self.1)).collect();
        formatter.write_str(&shown.join(", "))
    }
}

/// Merges partials, each with the name of its file.
///
/// # Errors
///
/// Where they do not make one whole: a shard is missing or stands there twice, or two of them have another head,
/// policy, version of Gatefold, number of shards or corpus.
pub fn merge(partials: Vec<(String, Partial)>) -> Result<Whole, Mismatch> {
    let shards = partials.len();
    let mut partials = partials.into_iter();
    let (first, mut whole) = partials.next().ok_or(Mismatch::Nothing)?;
    let of = whole.shard.of();
    let mut seen = BTreeMap::from([(whole.shard, first.clone())]);
    for (file, partial) in partials {
        same(&first, &whole, &file, &partial)?;
        if let Some(first) = seen.insert(partial.shard, file.clone()) {
            return Err(Mismatch::Twice { shard: partial.shard, first, file });
        }
        for (name, slice) in partial.corpora {
            let known = whole.corpora.entry(name).or_default();
            known.asked = known.asked.saturating_add(slice.asked);
            known.tally = std::mem::take(&mut known.tally).merge(slice.tally);
        }
    }
    let there: BTreeSet<u32> = seen.keys().map(|shard| shard.index()).collect();
    let missing: Vec<u32> = (0..of).filter(|index| !there.contains(index)).collect();
    if !missing.is_empty() {
        return Err(Mismatch::Missing { missing, of });
    }
    for (corpus, Slice { asked, of, .. }) in &whole.corpora {
        if asked != of {
            return Err(Mismatch::Requests { corpus: corpus.clone(), asked: *asked, of: *of });
        }
    }
    whole.shard = Shard::WHOLE;
    Ok(Whole { partial: whole, shards })
}

/// Refuses a partial that was not made as the first was.
fn same(first: &str, one: &Partial, file: &str, other: &Partial) -> Result<(), Mismatch> {
    let differ = |what, one: String, other: String| match one == other {
        true => Ok(()),
        false => Err(Mismatch::Other { file: file.to_owned(), first: first.to_owned(), what, one, other }),
    };
    differ("head", one.head.clone(), other.head.clone())?;
    differ("policy", one.policy.clone(), other.policy.clone())?;
    differ("version of Gatefold", one.tool.clone(), other.tool.clone())?;
    differ("number of shards", one.shard.of().to_string(), other.shard.of().to_string())?;
    differ("mode", mode(one), mode(other))?;
    let names = |partial: &Partial| partial.corpora.keys().cloned().collect::<Vec<_>>().join(", ");
    differ("set of corpora", names(one), names(other))?;
    for (one, other) in one.corpora.values().zip(other.corpora.values()) {
        differ("service", one.service.clone(), other.service.clone())?;
        differ("rpc", one.rpc.clone(), other.rpc.clone())?;
        differ("digest of requests", one.requests.clone(), other.requests.clone())?;
        differ("digest of approved rankings", one.rankings.clone(), other.rankings.clone())?;
        differ("number of requests", one.of.to_string(), other.of.to_string())?;
    }
    Ok(())
}

fn mode(partial: &Partial) -> String {
    if partial.observe { "observe" } else { "enforce" }.to_owned()
}
