//! What to record where something is recorded already: the same again where only noise differs, so that noise never
//! adds up.

use std::collections::HashMap;

use crate::compare::Comparison;
use crate::noise::{Noise, compare_beyond};
use crate::tolerance::{Near, Tolerance};
use crate::{Part, Ranking};

/// The ranking to record for an answer, and how it compares with the recorded one, of whose request this noise is known.
///
/// Where nothing or only noise differs the recorded ranking stays, with what explains its scores as it is now. Another
/// model with the same ranking is recorded, so that the next comparison knows which model it was.
pub fn settle(
    recorded: &Ranking,
    answered: Ranking,
    tolerance: &Tolerance,
    noise: Option<&Noise>,
) -> (Comparison, Ranking) {
    let comparison = compare_beyond(recorded, &answered, tolerance, noise);
    if comparison.class.is_change() || recorded.model != answered.model {
        return (comparison, answered);
    }
    let mut kept = recorded.clone();
    refresh(&mut kept, &answered, tolerance);
    (comparison, kept)
}

/// Puts the parts of the second ranking in place of those of the first, item by item. Parts that differ by noise alone
/// stay as they are.
fn refresh(ranking: &mut Ranking, with: &Ranking, tolerance: &Tolerance) {
    let near = Near::of(ranking, with, tolerance);
    let fresh: HashMap<&str, &[Part]> =
        with.items.iter().map(|item| (item.id.as_str(), item.parts.as_slice())).collect();
    for item in &mut ranking.items {
        let fresh = fresh.get(item.id.as_str()).copied().unwrap_or_default();
        if !same_parts(&item.parts, fresh, &near) {
            item.parts = fresh.to_vec();
        }
    }
}

/// Whether two breakdowns of one score say the same: the same stages with the same numbers, noise apart.
pub fn same_parts(before: &[Part], after: &[Part], near: &Near) -> bool {
    let found = |part: &Part| {
        after.iter().any(|other| other.stage == part.stage && near.same(other.score, part.score))
    };
    before.len() == after.len() && before.iter().all(found)
}
