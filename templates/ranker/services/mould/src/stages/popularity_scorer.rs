//! How many hear a track, and how new it is.
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::Candidate;
use crate::config::Own;
use crate::parts_of_score::{age, plays};
use crate::query::Query;

/// The popularity of a track and, where the query says so, its novelty. What nobody knows counts as nothing.
pub(crate) fn popularity_scorer(own: Own) -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("popularity", move |query: &Query, candidate: &Candidate| {
        popularity(own, query, candidate)
    })
}

fn popularity(own: Own, query: &Query, candidate: &Candidate) -> f64 {
    plays(own, candidate).contribution + age(query, candidate).contribution
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
        popularity(Own { popularity: weight }, &query, &candidate)
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
