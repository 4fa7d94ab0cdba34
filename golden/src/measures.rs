//! Measures of how much two ranked lists agree. Each is a function of its definition; none re-sorts a list.

use std::collections::{HashMap, HashSet};

use crate::Ranking;

/// A list, best first, each id with the number of its tie group. Groups never decrease down the list; ids that
/// share a group are tied.
pub type Ranked<'a> = [(&'a str, u32)];

/// Jaccard similarity of the first `k` ids of both lists: |A ∩ B| / |A ∪ B|. A list shorter than `k` counts with
/// its length; two empty lists agree wholly. Definition `jaccard@k`.
pub fn jaccard_at(k: usize, a: &[&str], b: &[&str]) -> f64 {
    let a: HashSet<&str> = a.iter().take(k).copied().collect();
    let b: HashSet<&str> = b.iter().take(k).copied().collect();
    let common = a.intersection(&b).count();
    let union = a.len() + b.len() - common;
    if union == 0 { 1.0 } else { common as f64 / union as f64 }
}

/// Rank-biased overlap, extrapolated, in the order in which the lists stand: Equation 32 of Webber, Moffat and
/// Zobel, "A similarity measure for indefinite rankings", TOIS 28(4), 2010.
///
/// With `s` and `l` the lengths of the shorter and the longer list and `X(d)` the ids common to both prefixes of
/// depth `d`:
///
/// ```text
/// (1-p)/p · ( Σ_{d=1..l} X(d)/d · p^d  +  Σ_{d=s+1..l} X(s)·(d-s)/(s·d) · p^d )
///         + ( (X(l) - X(s))/l + X(s)/s ) · p^l
/// ```
///
/// `p` lies strictly between 0 and 1: the share of readers who go on to the next rank; at 0.9 the first ten ranks
/// carry 86 percent of the weight. Each id stands at most once in a list. Two empty lists agree wholly, an empty
/// and a full one not at all. Definition `rbo_ext(p)`.
pub fn rbo_extrapolated(p: f64, a: &[&str], b: &[&str]) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (s, l) = (short.len(), long.len());
    if s == 0 {
        return if l == 0 { 1.0 } else { 0.0 };
    }
    let mut pending = HashSet::with_capacity(2 * s);
    let mut common = 0_u32;
    let mut common_at_s = 0_u32;
    let mut weight = 1.0;
    let mut sum = 0.0;
    for depth in 1..=l {
        for id in [short.get(depth - 1), long.get(depth - 1)].into_iter().flatten() {
            // The second sighting of an id is the one in the other list.
            if !pending.insert(*id) {
                common += 1;
            }
        }
        weight *= p;
        let d = depth as f64;
        sum += f64::from(common) / d * weight;
        if depth == s {
            common_at_s = common;
        } else if depth > s {
            sum += f64::from(common_at_s) * (depth - s) as f64 / (s as f64 * d) * weight;
        }
    }
    let tail = f64::from(common - common_at_s) / l as f64 + f64::from(common_at_s) / s as f64;
    (1.0 - p) / p * sum + tail * weight
}

/// Kendall's tau-b over the ids that stand in both lists; `None` where a list ties all of them, or there are fewer
/// than two. Definition `tau_b/common`, see [`tau_b`].
pub fn tau_b_common(a: &Ranked<'_>, b: &Ranked<'_>) -> Option<f64> {
    let in_b: HashMap<&str, u32> = b.iter().copied().collect();
    let pairs: Vec<_> = a.iter().filter_map(|(id, group)| Some((*group, *in_b.get(id)?))).collect();
    tau_b(&pairs)
}

/// Kendall's tau-b over the ids of either list, those missing from a list tied just below its last rank; `None`
/// where a list ties all of them. Definition `tau_b/union`, see [`tau_b`].
pub fn tau_b_union(a: &Ranked<'_>, b: &Ranked<'_>) -> Option<f64> {
    let (in_a, in_b): (HashMap<&str, u32>, HashMap<&str, u32>) =
        (a.iter().copied().collect(), b.iter().copied().collect());
    let place = |list: &HashMap<&str, u32>, id: &str| list.get(id).copied().unwrap_or(u32::MAX);
    let only_b = b.iter().filter(|(id, _)| !in_a.contains_key(id));
    let pairs: Vec<_> = a.iter().chain(only_b).map(|(id, _)| (place(&in_a, id), place(&in_b, id))).collect();
    tau_b(&pairs)
}

/// Kendall's tau-b of two columns: (P - Q) / √((P + Q + T)(P + Q + U)), where P counts the pairs that both columns
/// order alike, Q those that they order differently, T those tied in the first alone and U those tied in the second
/// alone. Kendall, "The treatment of ties in ranking problems", Biometrika 33(3), 1945.
fn tau_b(pairs: &[(u32, u32)]) -> Option<f64> {
    let (mut alike, mut different, mut tied_a, mut tied_b) = (0_u64, 0_u64, 0_u64, 0_u64);
    for (index, (a, b)) in pairs.iter().enumerate() {
        for (other_a, other_b) in &pairs[index + 1..] {
            match (a.cmp(other_a), b.cmp(other_b)) {
                (std::cmp::Ordering::Equal, std::cmp::Ordering::Equal) => {}
                (std::cmp::Ordering::Equal, _) => tied_a += 1,
                (_, std::cmp::Ordering::Equal) => tied_b += 1,
                (in_a, in_b) if in_a == in_b => alike += 1,
                _ => different += 1,
            }
        }
    }
    let ordered = alike + different;
    let scale = ((ordered + tied_a) as f64).sqrt() * ((ordered + tied_b) as f64).sqrt();
    (scale > 0.0).then(|| (alike as f64 - different as f64) / scale)
}

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
        let (a, b) = (ids(before), ids(after));
        Agreement {
            overlap: rbo_extrapolated(0.9, &a, &b),
            top_ten: jaccard_at(10, &a, &b),
            order: tau_b_common(&tie_groups(before), &tie_groups(after)),
            same_top: a.first() == b.first(),
        }
    }
}

fn ids(ranking: &Ranking) -> Vec<&str> {
    ranking.items.iter().map(|item| item.id.as_str()).collect()
}

/// The list with a new group wherever the score differs from the one above.
fn tie_groups(ranking: &Ranking) -> Vec<(&str, u32)> {
    let mut group = 0;
    let mut previous = None;
    let number = |item: &'_ crate::Item| {
        group += u32::from(previous.is_some_and(|score| score != item.score));
        previous = Some(item.score);
        group
    };
    let numbers: Vec<u32> = ranking.items.iter().map(number).collect();
    ids(ranking).into_iter().zip(numbers).collect()
}
