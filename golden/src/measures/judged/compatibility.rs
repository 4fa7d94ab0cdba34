//! Compatibility: how near a list comes to an ideal one, by rank-biased overlap.

use super::Judged;
use crate::measures::Measure;

/// With the ideal that comes nearest.
pub static COMPATIBILITY: Measure<Judged> = Measure {
    id: "compat@p",
    formula: "rank-biased overlap, cut off at the longer list and divided by the sum of its weights, of the list and the \
              ideal, which orders the relevant items by grade and within a grade as the list does; divided by that of the \
              ideal and itself",
    source: "Clarke, Vtyurina and Smucker, \"Assessing top-k preferences\", TOIS 39(3), 2021; as ir_measures",
    range: "0 to 1; 1 for an ideal list",
    undefined: "no item is judged relevant",
    compute: |judged, with| compatibility(judged, with.p),
};

fn compatibility(judged: &Judged, p: f64) -> Option<f64> {
    // The rank in the list of each item of the ideal; what the list lacks comes last within a grade.
    let returned = judged.grades.iter().enumerate().filter_map(|(rank, grade)| Some((-(*grade)?, rank)));
    let missed = judged.missed().into_iter().map(|grade| (-grade, usize::MAX));
    let mut ideal: Vec<(i32, usize)> = returned.chain(missed).filter(|(grade, _)| *grade < 0).collect();
    if ideal.is_empty() {
        return None;
    }
    ideal.sort_unstable();
    let mut place = vec![usize::MAX; judged.grades.len()];
    for (index, (_, rank)) in ideal.iter().enumerate() {
        if let Some(place) = place.get_mut(*rank) {
            *place = index;
        }
    }
    let (mut weight, mut common, mut found, mut best) = (1.0, 0_u32, 0.0, 0.0);
    for depth in 0..ideal.len().max(place.len()) {
        common += u32::from(place.get(depth).is_some_and(|other| *other <= depth));
        common += u32::from(ideal.get(depth).is_some_and(|(_, other)| *other < depth));
        let d = (depth + 1) as f64;
        found += weight * f64::from(common) / d;
        best += weight * (ideal.len() as f64).min(d) / d;
        weight *= p;
    }
    Some(found / best)
}
