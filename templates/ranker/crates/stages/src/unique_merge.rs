//! One candidate of several that are the same thing.
use std::collections::BTreeMap;

use pipeline::{Merge, Split};

/// Keeps one candidate for each identifier: the first in candidate order, whatever order they came in.
#[derive(Debug)]
pub struct UniqueMerge<C> {
    id: fn(&C) -> &str,
}

impl<C> UniqueMerge<C> {
    /// One candidate for each `id`.
    pub fn new(id: fn(&C) -> &str) -> Self {
        Self { id }
    }
}

impl<Q, C: Ord> Merge<Q, C> for UniqueMerge<C> {
    fn name(&self) -> &'static str {
        "unique"
    }

    fn merge(&self, _query: &Q, fetched: Vec<C>) -> Split<C> {
        let mut first = BTreeMap::new();
        for (index, candidate) in fetched.iter().enumerate() {
            let place = first.entry((self.id)(candidate)).or_insert(index);
            if fetched.get(*place).is_some_and(|other| candidate < other) {
                *place = index;
            }
        }
        let mut keep = vec![false; fetched.len()];
        for index in first.into_values() {
            keep[index] = true;
        }
        let mut split = Split::all(Vec::with_capacity(fetched.len()));
        for (candidate, keep) in fetched.into_iter().zip(keep) {
            let side = if keep { &mut split.kept } else { &mut split.removed };
            side.push(candidate);
        }
        split
    }
}

#[cfg(test)]
mod tests {
    use pipeline::{Merge, Split};

    use super::UniqueMerge;

    fn merge(fetched: &[(&'static str, u8)]) -> Split<(&'static str, u8)> {
        UniqueMerge::<(&'static str, u8)>::new(|candidate| candidate.0).merge(&(), fetched.to_vec())
    }

    #[test]
    fn of_candidates_with_one_id_the_first_in_candidate_order_stays() {
        let split = merge(&[("b", 2), ("a", 1), ("b", 1), ("b", 3)]);
        assert_eq!(split, Split { kept: vec![("a", 1), ("b", 1)], removed: vec![("b", 2), ("b", 3)] });
    }

    #[test]
    fn candidates_with_ids_of_their_own_all_stay_as_they_came() {
        let all = vec![("c", 1), ("a", 1), ("b", 1)];
        assert_eq!(merge(&all), Split::all(all));
    }

    #[test]
    fn exact_copies_are_one_candidate() {
        assert_eq!(merge(&[("a", 1), ("a", 1)]), Split { kept: vec![("a", 1)], removed: vec![("a", 1)] });
    }
}
