//! A ranking shortened to what a picture of the change needs.

use std::collections::{BTreeMap, BTreeSet};

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
    /// What became of it, where something did that others do not explain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// What each stage gave to it, as far as that is known and finite.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Given>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It stands lower.
    Fell,
    /// It stands higher.
    Rose,
    /// It kept its place while others passed it on both sides.
    Kept,
    /// It is new in the list.
    Entered,
    /// It is not in the list any more.
    Left,
    /// It stands on the other side of an item of equal score.
    Swapped,
    /// Its score drifted, and its place is the same.
    Drifted,
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
    let mut wanted: BTreeMap<&str, Option<Change>> = first.map(|item| (item.id.as_str(), None)).collect();
    for (index, difference) in differences.iter().enumerate() {
        for id in difference.items() {
            // Others are marked where they are shown anyway.
            if index < FOLLOWED || wanted.contains_key(id) {
                wanted.entry(id).or_default().get_or_insert(difference.change());
            }
        }
    }
    [before, after].map(|ranking| shorten(ranking, &wanted))
}

fn shorten(ranking: &Ranking, wanted: &BTreeMap<&str, Option<Change>>) -> Shown {
    let mut seen = BTreeSet::new();
    let rows = (1..).zip(&ranking.items).filter_map(|(rank, item)| {
        let wanted = wanted.get(item.id.as_str());
        // A repeated item is shown again only among the first.
        let change = if seen.insert(&item.id) { *wanted? } else { (rank <= FIRST).then_some(None)? };
        let score = Some(item.score).filter(|score| score.is_finite());
        Some(Row { rank, id: item.id.clone(), score, change, parts: given(item) })
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
