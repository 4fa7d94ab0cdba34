//! How much two rankings agree, in the measures that reports show.

use super::pair::tie;
use super::{Pair, jaccard_at, rbo_extrapolated, tau_b_common};
use crate::Ranking;

/// How much two rankings agree, in the measures that reports show.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// [`rbo_extrapolated`] at p = 0.9.
    pub overlap: f64,
    /// [`jaccard_at`] 10.
    pub top_ten: f64,
    /// [`tau_b_common`], exact ties of score as ties; `None` where it is not defined.
    pub order: Option<f64>,
    /// Whether both have the same first item, or none.
    pub same_top: bool,
}

impl Agreement {
    /// The agreement of two rankings as they stand.
    pub fn of(before: &Ranking, after: &Ranking) -> Self {
        let pair = Pair::of_rankings(before, after);
        Agreement {
            overlap: rbo_extrapolated(&pair, 0.9),
            top_ten: jaccard_at(&pair, 10),
            order: tau_b_common(&pair),
            same_top: before.items.first().map(|item| &item.id) == after.items.first().map(|item| &item.id),
        }
    }
}

impl Pair {
    /// The pair of two rankings as they stand; neighbours with exactly equal scores are tied.
    pub fn of_rankings(a: &Ranking, b: &Ranking) -> Pair {
        let mut pair = Pair::untied(&ids(a), &ids(b));
        let tied = |ranking: &Ranking, above: usize, rank: usize| {
            ranking.items[above].score == ranking.items[rank].score
        };
        pair.tied = tie(&mut pair.tops_a, |above, rank| tied(a, above, rank))
            | tie(&mut pair.tops_b, |above, rank| tied(b, above, rank));
        pair
    }
}

fn ids(ranking: &Ranking) -> Vec<&str> {
    ranking.items.iter().map(|item| item.id.as_str()).collect()
}
