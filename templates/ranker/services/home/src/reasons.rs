//! What speaks for a track, for people.
use protocol::ranking::v1::Reason;
use reward::Belief;

use crate::candidate::Candidate;
use crate::query::Query;

const LIKED: f64 = 0.5;
const POPULAR_PLAYS: f64 = 20_000.0;
const NEW_DAYS: f64 = 30.0;
/// The share of days on which listeners come back, even if the belief is two standard deviations too good.
const LASTING: f64 = 0.1;

/// What speaks for a ranked track, strongest first.
pub(crate) fn reasons(query: &Query, candidate: &Candidate) -> Vec<Reason> {
    let track = &candidate.track;
    let profile = query.profile.as_ref();
    let artist = || profile?.artists.get(track.artist.as_ref()?).copied();
    let genre = || profile?.genres.get(track.genre.as_ref()?).copied();
    let likes = |weight: Option<f64>| weight.is_some_and(|weight| weight >= LIKED);
    [
        (Reason::FavouriteArtist, likes(artist())),
        (Reason::HeardBefore, query.history.contains_key(&candidate.track_id)),
        (Reason::Lasting, candidate.belief.is_some_and(lasting)),
        (Reason::FavouriteGenre, likes(genre())),
        (Reason::Popular, track.plays.is_some_and(|plays| plays >= POPULAR_PLAYS)),
        (Reason::NewRelease, track.age_days.is_some_and(|days| days <= NEW_DAYS)),
    ]
    .into_iter()
    .filter_map(|(reason, holds)| holds.then_some(reason))
    .collect()
}

fn lasting(belief: Belief) -> bool {
    belief.mean() - 2.0 * belief.variance().sqrt() >= LASTING
}

#[cfg(test)]
mod tests {
    use catalogue::Profile;

    use super::*;
    use crate::candidate::{Kind, Shelf};
    use crate::request::tests::query;

    #[test]
    fn nothing_speaks_for_a_track_of_which_nothing_is_known() {
        assert_eq!(reasons(&query(), &Candidate::new(&Shelf::retrieved(Kind::Popular, None), "t")), []);
    }

    #[test]
    fn all_that_holds_is_said_strongest_first() {
        let mut query = query();
        query.profile = Some(Profile {
            artists: [("a".to_owned(), LIKED)].into(),
            genres: [("jazz".to_owned(), LIKED)].into(),
            ..Profile::default()
        });
        query.history.insert("t".to_owned(), 0.0);
        let mut candidate = Candidate::new(&Shelf::retrieved(Kind::Popular, None), "t");
        candidate.track.artist = Some("a".to_owned());
        candidate.track.genre = Some("jazz".to_owned());
        candidate.track.plays = Some(POPULAR_PLAYS);
        candidate.track.age_days = Some(NEW_DAYS);
        candidate.belief = Belief::new(0.2, 0.0025).ok();
        let all = [
            Reason::FavouriteArtist,
            Reason::HeardBefore,
            Reason::Lasting,
            Reason::FavouriteGenre,
            Reason::Popular,
            Reason::NewRelease,
        ];
        assert_eq!(reasons(&query, &candidate), all);
        candidate.belief = Belief::new(0.2, 0.01).ok();
        assert!(!reasons(&query, &candidate).contains(&Reason::Lasting), "that is not sure enough");
    }
}
