//! A candidate with its score, and the order of a ranking.
use std::cmp::Ordering;

/// What one stage added to a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StageScore {
    /// The stage's name.
    pub stage: &'static str,
    /// What it added.
    pub score: f64,
}

/// A candidate with its score and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored<C> {
    /// The candidate.
    pub candidate: C,
    score: f64,
    parts: Vec<StageScore>,
}

impl<C> Scored<C> {
    /// A candidate to which no stage has added yet.
    pub fn new(candidate: C) -> Self {
        Self { candidate, score: 0.0, parts: Vec::new() }
    }

    /// The sum of all that stages added, in the order in which they did.
    pub fn score(&self) -> f64 {
        self.score
    }

    /// What each stage added, in the order in which they did.
    pub fn parts(&self) -> &[StageScore] {
        &self.parts
    }

    /// Adds to the score in the name of a stage.
    pub fn add(&mut self, stage: &'static str, score: f64) {
        self.score += score;
        self.parts.push(StageScore { stage, score });
    }

    /// Parts the candidate from its score.
    pub(crate) fn part(self) -> (C, Scored<()>) {
        (self.candidate, Scored { candidate: (), score: self.score, parts: self.parts })
    }
}

impl Scored<()> {
    /// Gives the score to a candidate.
    pub(crate) fn of<C>(self, candidate: C) -> Scored<C> {
        Scored { candidate, score: self.score, parts: self.parts }
    }
}

impl<C: Ord> Scored<C> {
    /// The order of a ranking: higher scores first, equal scores in candidate order. It is total, so that a list has one
    /// ranking, whatever order it is in.
    pub fn rank_order(&self, other: &Self) -> Ordering {
        // Adding zero makes -0.0 and 0.0 one score: `total_cmp` would tell them apart before the candidates are asked.
        let (ours, theirs) = (self.score + 0.0, other.score + 0.0);
        theirs.total_cmp(&ours).then_with(|| self.candidate.cmp(&other.candidate))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Scored;

    fn scored(candidate: u32, score: f64) -> Scored<u32> {
        let mut scored = Scored::new(candidate);
        scored.add("test", score);
        scored
    }

    fn ranked(mut list: Vec<Scored<u32>>) -> Vec<u32> {
        list.sort_by(Scored::rank_order);
        list.into_iter().map(|scored| scored.candidate).collect()
    }

    #[test]
    fn higher_scores_stand_first() {
        assert_eq!(ranked(vec![scored(1, 0.1), scored(2, 0.9), scored(3, -4.0)]), [2, 1, 3]);
    }

    #[test]
    fn equal_scores_stand_in_candidate_order() {
        assert_eq!(ranked(vec![scored(3, 0.5), scored(1, 0.5), scored(2, 0.5)]), [1, 2, 3]);
    }

    #[test]
    fn negative_zero_and_zero_are_one_score() {
        assert_eq!(ranked(vec![scored(2, 0.0), scored(1, -0.0)]), [1, 2]);
    }

    #[test]
    fn parts_add_up_to_the_score() {
        let mut scored = scored(1, 0.25);
        scored.add("more", 0.5);
        assert_eq!(scored.score(), scored.parts().iter().map(|part| part.score).sum::<f64>());
    }

    proptest! {
        #[test]
        fn one_list_has_one_ranking_whatever_order_it_is_in(
            scores in prop::collection::vec(prop::sample::select(vec![-1.0, 0.0, -0.0, 0.5, 0.5 + f64::EPSILON]), 0..40),
            turn in 0_usize..40,
        ) {
            let list: Vec<_> = (0..).zip(scores).map(|(candidate, score)| scored(candidate, score)).collect();
            let mut turned = list.clone();
            turned.reverse();
            turned.rotate_left(turn.checked_rem(list.len()).unwrap_or(0));
            prop_assert_eq!(ranked(list), ranked(turned));
        }
    }
}
