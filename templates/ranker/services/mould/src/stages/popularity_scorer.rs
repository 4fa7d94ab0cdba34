//! How many hear a track, and how new it is.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Scorer, StageError};

use crate::candidate::Candidate;
use crate::config::Own;
use crate::parts_of_score::{age, plays};
use crate::query::Query;

/// Scores a track by its popularity and, where the query says so, by its novelty. What nobody knows counts as nothing.
#[derive(Debug)]
pub(crate) struct PopularityScorer {
    own: Own,
}

impl PopularityScorer {
    pub(crate) fn new(own: Own) -> Self {
        Self { own }
    }

    fn score_one(&self, query: &Query, candidate: &Candidate) -> f64 {
        plays(self.own, candidate).contribution + age(query, candidate).contribution
    }
}

#[async_trait]
impl Scorer<Query, Candidate> for PopularityScorer {
    fn name(&self) -> &'static str {
        "popularity"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Fail
    }

    async fn score(
        &self,
        query: &Query,
        candidates: &[Candidate],
        _within: Duration,
    ) -> Result<Vec<f64>, StageError> {
        Ok(candidates.iter().map(|candidate| self.score_one(query, candidate)).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn score(weight: f64, novelty: f64, plays: Option<f64>, age_days: Option<f64>) -> f64 {
        let query = Query {
            request_id: String::new(),
            viewer_id: String::new(),
            no_explicit: false,
            candidates: Vec::new(),
            limit: 1,
            explain: false,
            now: SystemTime::UNIX_EPOCH,
            assigned: Vec::new(),
            novelty,
            profile: None,
        };
        let mut candidate = Candidate::new("t", 1.0);
        (candidate.track.plays, candidate.track.age_days) = (plays, age_days);
        PopularityScorer::new(Own { popularity: weight }).score_one(&query, &candidate)
    }

    #[test]
    fn more_plays_are_worth_more_and_never_more_than_the_weight() {
        assert_eq!(score(0.5, 0.0, None, None), 0.0);
        assert!(score(0.5, 0.0, Some(10.0), None) < score(0.5, 0.0, Some(20.0), None));
        assert!(score(0.5, 0.0, Some(1e12), None) <= 0.5);
    }

    #[test]
    fn what_is_newer_is_worth_more_where_the_query_says_so() {
        assert_eq!(score(0.0, 0.1, None, Some(0.0)), 0.1);
        assert!(score(0.0, 0.1, None, Some(100.0)) < score(0.0, 0.1, None, Some(1.0)));
        assert_eq!(score(0.0, 0.0, None, Some(0.0)), 0.0);
    }
}
