//! What speaks for a track, for people.
use pipeline::Scored;
use protocol::ranking::v1::Reason;

use crate::candidate::{Candidate, Origin};
use crate::query::Query;

const LIKED: f64 = 0.5;
const POPULAR_PLAYS: f64 = 20_000.0;
const NEW_DAYS: f64 = 30.0;

/// What speaks for a ranked track, strongest first.
pub(crate) fn reasons(query: &Query, scored: &Scored<Candidate>) -> Vec<Reason> {
    let candidate = &scored.candidate;
    let (track, playing) = (&candidate.track, &query.playing);
    let likes = |weights: Option<f64>| weights.is_some_and(|weight| weight >= LIKED);
    let profile = query.profile.as_ref();
    let artist = || profile?.artists.get(track.artist.as_ref()?).copied();
    let genre = || profile?.genres.get(track.genre.as_ref()?).copied();
    [
        (Reason::QueuedByViewer, candidate.origin == Origin::Viewer),
        (Reason::SameArtist, track.artist.is_some() && track.artist == playing.artist),
        (Reason::FavouriteArtist, likes(artist())),
        (Reason::SimilarSound, similar(query, candidate) == Some(true)),
        (Reason::FavouriteGenre, likes(genre())),
        (Reason::Popular, track.plays.is_some_and(|plays| plays >= POPULAR_PLAYS)),
        (Reason::NewRelease, track.age_days.is_some_and(|days| days <= NEW_DAYS)),
    ]
    .into_iter()
    .filter_map(|(reason, holds)| holds.then_some(reason))
    .collect()
}

fn similar(query: &Query, candidate: &Candidate) -> Option<bool> {
    let (one, other) = (&query.playing, &candidate.track);
    let close = |one: Option<f64>, other: Option<f64>, by: f64| Some((one? - other?).abs() <= by);
    Some(
        close(one.energy, other.energy, 0.15)?
            && close(one.valence, other.valence, 0.15)?
            && close(one.tempo, other.tempo, 10.0)?,
    )
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use catalogue::Profile;
    use experiments::Assignments;
    use protocol::ranking::v1::{PlayingTrack, RankQueueRequest, Viewer};

    use super::*;

    fn query() -> Query {
        let request = RankQueueRequest {
            request_id: "r".to_owned(),
            viewer: Some(Viewer { viewer_id: "v".to_owned(), content_filter: 0 }),
            playing: Some(PlayingTrack { track_id: "t".to_owned() }),
            limit: 1,
            ..Default::default()
        };
        crate::request::decode(request, SystemTime::UNIX_EPOCH, &Assignments::default())
            .expect("the request is valid")
    }

    #[test]
    fn nothing_speaks_for_a_track_of_which_nothing_is_known() {
        assert_eq!(reasons(&query(), &Scored::new(Candidate::new("t", Origin::Autoplay))), []);
    }

    #[test]
    fn all_that_holds_is_said_strongest_first() {
        let mut query = query();
        let mut candidate = Candidate::new("t", Origin::Viewer);
        candidate.track.artist = Some("a".to_owned());
        candidate.track.genre = Some("jazz".to_owned());
        (candidate.track.energy, candidate.track.valence, candidate.track.tempo) =
            (Some(0.5), Some(0.5), Some(120.0));
        query.playing = candidate.track.clone();
        candidate.track.plays = Some(POPULAR_PLAYS);
        candidate.track.age_days = Some(NEW_DAYS);
        query.profile = Some(Profile {
            restricted: false,
            artists: [("a".to_owned(), LIKED)].into(),
            genres: [("jazz".to_owned(), LIKED)].into(),
            ..Profile::default()
        });
        let all = [
            Reason::QueuedByViewer,
            Reason::SameArtist,
            Reason::FavouriteArtist,
            Reason::SimilarSound,
            Reason::FavouriteGenre,
            Reason::Popular,
            Reason::NewRelease,
        ];
        assert_eq!(reasons(&query, &Scored::new(candidate)), all);
    }
}
