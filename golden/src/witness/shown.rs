//! A ranking shortened to what a picture of the change needs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::difference::Difference;
use crate::{Item, Ranking};

/// The first ranks, which are always shown.
const FIRST: usize = 8;

/// How many differences show their items wherever these stand.
const FOLLOWED: usize = 4;

/// The most stages that are shown of one item's score.
const PARTS: usize = 12;

/// A ranking, shortened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Name of the gRPC status.
    pub status: String,
    /// Version of the model that scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How many items the whole ranking has.
    pub length: usize,
    /// Some of them in their order: the first ranks of either list, and what moved, on both sides.
    pub rows: Vec<Row>,
}

/// One item of a shortened ranking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its rank, from 1.
    pub rank: usize,
    /// The item.
    pub id: String,
    /// Its score; `None` where it is no finite number.
    pub score: Option<f64>,
    /// What each stage gave to it, as far as that is known and finite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Given>,
}

/// What one stage gave to a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The stage.
    pub stage: String,
    /// What it added.
    pub score: f64,
}

/// Both rankings, shortened to the same items.
pub(super) fn both(before: &Ranking, after: &Ranking, differences: &[Difference<'_>]) -> [Shown; 2] {
    let first = before.items.iter().take(FIRST).chain(after.items.iter().take(FIRST));
    let mut wanted: BTreeSet<&str> = first.map(|item| item.id.as_str()).collect();
    wanted.extend(differences.iter().take(FOLLOWED).flat_map(Difference::items));
    [before, after].map(|ranking| shorten(ranking, &wanted))
}

fn shorten(ranking: &Ranking, wanted: &BTreeSet<&str>) -> Shown {
    let finite = |score: f64| Some(score).filter(|score| score.is_finite());
    let mut left: BTreeSet<&str> = wanted.clone();
    let rows = (1..).zip(&ranking.items).filter(|(rank, item)| {
        // A repeated item is shown once.
        left.remove(item.id.as_str()) || *rank <= FIRST
    });
    let rows = rows.map(|(rank, item)| Row {
        rank,
        id: item.id.clone(),
        score: finite(item.score),
        parts: given(item),
    });
    Shown {
        status: ranking.status.clone(),
        model: ranking.model.clone(),
        length: ranking.items.len(),
        rows: rows.collect(),
    }
}

fn given(item: &Item) -> Vec<Given> {
    let finite = item.parts.iter().filter(|part| part.score.is_finite());
    finite.take(PARTS).map(|part| Given { stage: part.stage.clone(), score: part.score }).collect()
}
