//! What speaks for a track even without a model.
use pipeline::Scorer;
use stages::FunctionScorer;

use crate::candidate::{Candidate, Origin};
use crate::query::Query;

/// What the viewer's own choice is worth.
const CHOSEN: f64 = 0.10;
/// What the most popular track is worth.
const POPULAR: f64 = 0.05;
/// The plays of seven days at which half of that is reached.
const HALF: f64 = 2_000.0;

/// The viewer's own choices and popular tracks: little beside the model, and all that is left without it.
pub(crate) fn prior_scorer() -> impl Scorer<Query, Candidate> {
    FunctionScorer::new("prior", |_: &Query, candidate: &Candidate| prior(candidate))
}

fn prior(candidate: &Candidate) -> f64 {
    let chosen = if candidate.origin == Origin::Viewer { CHOSEN } else { 0.0 };
    let popular = candidate.track.plays.map_or(0.0, |plays| POPULAR * plays / (plays + HALF));
    chosen + popular
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(origin: Origin, plays: Option<f64>) -> Candidate {
        let mut candidate = Candidate::new("trk-1", origin);
        candidate.track.plays = plays;
        candidate
    }

    #[test]
    fn the_viewers_own_choice_beats_any_popularity() {
        let own = prior(&candidate(Origin::Viewer, None));
        assert!(own > prior(&candidate(Origin::Autoplay, Some(1e12))));
    }

    #[test]
    fn more_plays_are_worth_more() {
        let prior = |plays| prior(&candidate(Origin::Retrieved, plays));
        assert!(prior(None) <= prior(Some(0.0)));
        assert!(prior(Some(0.0)) < prior(Some(10.0)) && prior(Some(10.0)) < prior(Some(1e6)));
    }
}
