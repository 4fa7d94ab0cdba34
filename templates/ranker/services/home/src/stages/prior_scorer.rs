//! What speaks for a track even without a model.
use catalogue::measures::popularity;
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::{Candidate, Kind};
use crate::query::Query;

/// What it is worth to be chosen by people.
const CHOSEN: f64 = 0.02;
/// What the most popular track is worth.
const POPULAR: f64 = 0.02;

/// What people chose and what is popular: little beside the model, and with what is believed all that is left without it.
pub(crate) fn prior_scorer() -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("prior", |_: &Query, candidate: &Candidate| prior(candidate))
}

fn prior(candidate: &Candidate) -> f64 {
    let chosen = if candidate.shelf.kind == Kind::Editorial { CHOSEN } else { 0.0 };
    chosen + popularity(candidate.track.plays).map_or(0.0, |share| POPULAR * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Shelf;

    fn of(kind: Kind, plays: Option<f64>) -> f64 {
        let mut candidate = Candidate::new(&Shelf::retrieved(kind, None), "trk-1");
        candidate.track.plays = plays;
        prior(&candidate)
    }

    #[test]
    fn what_people_chose_and_what_is_popular_is_worth_more() {
        assert!(of(Kind::Editorial, None) > of(Kind::Popular, None));
        assert!(of(Kind::Popular, Some(10.0)) > of(Kind::Popular, Some(0.0)));
        assert!(of(Kind::Popular, Some(1e12)) <= POPULAR);
    }
}
