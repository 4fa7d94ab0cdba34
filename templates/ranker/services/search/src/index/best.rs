//! The best of many scored documents, with room for little more than the best.
use std::cmp::Ordering;

/// Keeps the best: by descending score, equal ones by ascending number.
#[derive(Debug)]
pub(super) struct Best {
    most: usize,
    kept: Vec<(f32, u32)>,
    seen: usize,
}

impl Best {
    pub(super) fn of(most: usize) -> Self {
        Self { most, kept: Vec::new(), seen: 0 }
    }

    pub(super) fn push(&mut self, score: f32, document: u32) {
        self.seen += 1;
        self.kept.push((score, document));
        if self.kept.len() >= 2 * self.most.max(512) {
            self.cut();
        }
    }

    /// How many were pushed.
    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    /// The best, in order.
    pub(super) fn ranked(mut self) -> Vec<(f32, u32)> {
        self.cut();
        self.kept.sort_unstable_by(order);
        self.kept
    }

    fn cut(&mut self) {
        if self.kept.len() > self.most {
            self.kept.select_nth_unstable_by(self.most, order);
            self.kept.truncate(self.most);
        }
    }
}

fn order(one: &(f32, u32), other: &(f32, u32)) -> Ordering {
    other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Best;

    proptest! {
        #[test]
        fn the_best_are_the_beginning_of_all_sorted(
            scores in prop::collection::vec(0_u8..6, 0..3_000),
            most in 0_usize..1_200,
        ) {
            let mut best = Best::of(most);
            let mut all: Vec<_> = (0_u32..).zip(&scores).map(|(document, score)| (f32::from(*score), document)).collect();
            for (score, document) in &all {
                best.push(*score, *document);
            }
            prop_assert_eq!(best.seen(), scores.len());
            all.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            all.truncate(most);
            prop_assert_eq!(best.ranked(), all);
        }
    }
}
