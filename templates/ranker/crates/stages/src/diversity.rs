//! Not one artist after the other.
use std::collections::BTreeMap;

use pipeline::{Scored, Selector, Split};

/// Pushes a candidate down for each better one of its group, such as its artist.
///
/// It works on the scores, so that the list stays ordered by score, and on the whole list, so that a shorter answer is
/// the beginning of a longer one.
#[derive(Debug)]
pub struct Diversity<Q, C> {
    name: &'static str,
    group: fn(&C) -> Option<&str>,
    before: fn(&Q) -> Option<&str>,
    penalty: fn(&Q) -> f64,
}

impl<Q, C> Diversity<Q, C> {
    /// Takes `penalty` from a candidate's score for each better one of its `group`, and once more for the group of
    /// which the query has one `before` the list. Candidates without a group are left alone.
    pub fn new(
        name: &'static str,
        group: fn(&C) -> Option<&str>,
        before: fn(&Q) -> Option<&str>,
        penalty: fn(&Q) -> f64,
    ) -> Self {
        Self { name, group, before, penalty }
    }
}

impl<Q, C: Ord> Selector<Q, C> for Diversity<Q, C> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn select(&self, query: &Q, mut ranked: Vec<Scored<C>>) -> Split<Scored<C>> {
        let penalty = (self.penalty)(query);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        if let Some(group) = (self.before)(query) {
            counts.insert(group.to_owned(), 1);
        }
        for scored in &mut ranked {
            let Some(group) = (self.group)(&scored.candidate) else { continue };
            let count = counts.entry(group.to_owned()).or_default();
            let better = *count;
            *count += 1;
            if better > 0 {
                scored.add(self.name, -penalty * f64::from(better));
            }
        }
        ranked.sort_by(Scored::rank_order);
        Split::all(ranked)
    }
}

#[cfg(test)]
mod tests {
    use pipeline::{Scored, Selector};
    use proptest::prelude::*;

    use super::Diversity;

    /// A candidate: its group, if it has one, and its number.
    type Item = (u32, Option<&'static str>);

    fn select(before: Option<&'static str>, list: &[(Item, f64)]) -> Vec<(u32, f64)> {
        let diversity =
            Diversity::<Option<&'static str>, Item>::new("spread", |item| item.1, |query| *query, |_| 0.1);
        let ranked = list
            .iter()
            .map(|&(item, score)| {
                let mut scored = Scored::new(item);
                scored.add("model", score);
                scored
            })
            .collect();
        let split = diversity.select(&before, ranked);
        assert!(split.removed.is_empty(), "nothing is taken out");
        split.kept.iter().map(|scored| (scored.candidate.0, (scored.score() * 1e9).round() / 1e9)).collect()
    }

    #[test]
    fn each_better_one_of_its_group_pushes_a_candidate_down() {
        let list =
            [((1, Some("a")), 0.9), ((2, Some("a")), 0.88), ((3, Some("a")), 0.86), ((4, Some("b")), 0.7)];
        assert_eq!(select(None, &list), [(1, 0.9), (2, 0.78), (4, 0.7), (3, 0.66)]);
    }

    #[test]
    fn the_group_before_the_list_counts() {
        let list = [((1, Some("a")), 0.9), ((2, Some("b")), 0.85)];
        assert_eq!(select(Some("a"), &list), [(2, 0.85), (1, 0.8)]);
    }

    #[test]
    fn candidates_without_a_group_are_left_alone() {
        let list = [((1, None), 0.9), ((2, None), 0.85)];
        assert_eq!(select(Some("a"), &list), [(1, 0.9), (2, 0.85)]);
    }

    #[test]
    fn candidates_that_come_to_stand_equal_stand_in_candidate_order() {
        let list = [((5, Some("a")), 0.9), ((9, Some("a")), 0.6), ((2, Some("b")), 0.5)];
        assert_eq!(select(None, &list), [(5, 0.9), (2, 0.5), (9, 0.5)]);
    }

    proptest! {
        #[test]
        fn the_list_stays_ordered_by_score(scores in prop::collection::vec((0_u32..4, 0_u32..100), 0..40)) {
            let mut list: Vec<(Item, f64)> = scores
                .iter()
                .zip(0..)
                .map(|(&(group, score), number)| ((number, [None, Some("a"), Some("b"), Some("c")][group as usize]), f64::from(score) / 100.0))
                .collect();
            list.sort_by(|one, other| other.1.total_cmp(&one.1));
            let kept = select(Some("b"), &list);
            prop_assert_eq!(kept.len(), list.len());
            prop_assert!(kept.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        }
    }
}
