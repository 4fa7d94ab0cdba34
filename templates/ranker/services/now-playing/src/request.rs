//! Requests from the wire: decoded, and refused where a field is wrong.
use std::collections::BTreeSet;
use std::time::SystemTime;

use catalogue::Track;
use experiments::Assignments;
use protocol::ranking::v1::{PlayingTrack, QueueCandidate, QueueOrigin, RankQueueRequest};
use serving::InvalidField;
use serving::fields::{self, Asking, at_most, identifier, indexed, limit, one_of, present, viewer};

use crate::candidate::{Candidate, Origin};
use crate::query::{Query, SessionTrack};

const MAX_CANDIDATES: usize = 500;
const MAX_SESSION: usize = 200;
const MAX_LIMIT: u32 = 100;

/// What a track loses for each better one of its artist, where no experiment says otherwise.
const ARTIST_PENALTY: f64 = 0.08;

/// Makes a query of a request that came in at the time `now`.
pub(crate) fn decode(
    request: RankQueueRequest,
    now: SystemTime,
    assignments: &Assignments,
) -> Result<Query, InvalidField> {
    fields::request_id(&request.request_id)?;
    let Asking { viewer_id, no_explicit } = viewer(request.viewer)?;
    let PlayingTrack { track_id: playing_id } = present("playing", request.playing)?;
    identifier("playing.track_id", &playing_id)?;
    let limit = limit("limit", request.limit, MAX_LIMIT)?;
    at_most("candidates", request.candidates.len(), MAX_CANDIDATES)?;
    let queue = indexed("candidates", request.candidates, candidate)?;
    at_most("session", request.session.len(), MAX_SESSION)?;
    let session = indexed("session", request.session, |path, heard| {
        identifier(&format!("{path}.track_id"), &heard.track_id)?;
        Ok(SessionTrack { track_id: heard.track_id, skipped: heard.skipped, track: Track::default() })
    })?;

    let heard: BTreeSet<_> =
        session.iter().map(|heard| heard.track_id.clone()).chain([playing_id.clone()]).collect();
    let assigned = assignments.of(&viewer_id, now);
    let penalty = assigned.iter().find_map(|assigned| assigned.parameters.get("artist-penalty").copied());
    Ok(Query {
        request_id: request.request_id,
        viewer_id,
        no_explicit,
        playing_id,
        queue,
        session,
        limit,
        now,
        assigned,
        artist_penalty: penalty.unwrap_or(ARTIST_PENALTY),
        heard,
        profile: None,
        playing: Track::default(),
    })
}

fn candidate(path: &str, candidate: QueueCandidate) -> Result<Candidate, InvalidField> {
    identifier(&format!("{path}.track_id"), &candidate.track_id)?;
    let origin = match one_of(&format!("{path}.origin"), "QueueOrigin", candidate.origin)? {
        QueueOrigin::Viewer => Origin::Viewer,
        QueueOrigin::Autoplay | QueueOrigin::Unspecified => Origin::Autoplay,
    };
    Ok(Candidate::new(candidate.track_id, origin))
}

#[cfg(test)]
mod tests {
    use protocol::ranking::v1::{SessionTrack as WireSessionTrack, Viewer};
    use serving::fields::MAX_ID_BYTES;

    use super::*;

    fn request() -> RankQueueRequest {
        RankQueueRequest {
            request_id: "r:1/a".to_owned(),
            viewer: Some(Viewer { viewer_id: "vwr-1".to_owned(), content_filter: 0 }),
            playing: Some(PlayingTrack { track_id: "trk-1".to_owned() }),
            candidates: vec![QueueCandidate { track_id: "trk-2".to_owned(), origin: 1 }],
            limit: 10,
            session: vec![WireSessionTrack { track_id: "trk-3".to_owned(), skipped: true }],
            explain: false,
        }
    }

    fn decoded(change: impl FnOnce(&mut RankQueueRequest)) -> Result<Query, InvalidField> {
        let mut request = request();
        change(&mut request);
        decode(request, SystemTime::UNIX_EPOCH, &Assignments::default())
    }

    #[test]
    fn a_valid_request_is_a_query_that_has_heard_the_playing_track_and_the_session() {
        let query = decoded(|_| {}).expect("the request is valid");
        assert_eq!(query.heard, BTreeSet::from(["trk-1".to_owned(), "trk-3".to_owned()]));
        assert_eq!(query.queue, [Candidate::new("trk-2", Origin::Viewer)]);
        assert_eq!(query.limit, 10);
        assert!(query.profile.is_none() && query.restricted(), "an unknown profile is taken as restricted");
    }

    #[test]
    fn the_largest_request_is_valid() {
        let query = decoded(|request| {
            request.request_id = "r".repeat(MAX_ID_BYTES);
            request.candidates = vec![request.candidates[0].clone(); MAX_CANDIDATES];
            request.session = vec![request.session[0].clone(); MAX_SESSION];
            request.limit = MAX_LIMIT;
        });
        assert_eq!(query.expect("the request is valid").queue.len(), MAX_CANDIDATES);
    }

    #[test]
    fn every_wrong_field_is_named() {
        type Change = fn(&mut RankQueueRequest);
        let cases: [(Change, &str); 20] = [
            (|r| r.request_id.clear(), "request_id: is missing"),
            (
                |r| r.request_id = "a b".to_owned(),
                "request_id: ' ' is not a letter, a digit or one of \"-_.:/\"",
            ),
            (|r| r.request_id = "r".repeat(65), "request_id: 65 bytes, at most 64 are taken"),
            (|r| r.viewer = None, "viewer: is missing"),
            (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id: is missing"),
            (
                |r| r.viewer.as_mut().unwrap().viewer_id = "é".to_owned(),
                "viewer.viewer_id: 'é' is not a letter, a digit or one of \"-_\"",
            ),
            (
                |r| r.viewer.as_mut().unwrap().viewer_id = "v".repeat(65),
                "viewer.viewer_id: 65 bytes, at most 64 are taken",
            ),
            (
                |r| r.viewer.as_mut().unwrap().content_filter = 9,
                "viewer.content_filter: 9 is not a ContentFilter",
            ),
            (|r| r.playing = None, "playing: is missing"),
            (|r| r.playing.as_mut().unwrap().track_id.clear(), "playing.track_id: is missing"),
            (
                |r| r.playing.as_mut().unwrap().track_id = "a/b".to_owned(),
                "playing.track_id: '/' is not a letter, a digit or one of \"-_\"",
            ),
            (|r| r.limit = 0, "limit: 0 is not between 1 and 100"),
            (|r| r.limit = 101, "limit: 101 is not between 1 and 100"),
            (|r| r.limit = u32::MAX, "limit: 4294967295 is not between 1 and 100"),
            (
                |r| r.candidates = vec![r.candidates[0].clone(); 501],
                "candidates: 501 entries, at most 500 are taken",
            ),
            (|r| r.candidates.push(QueueCandidate::default()), "candidates[1].track_id: is missing"),
            (|r| r.candidates[0].origin = -1, "candidates[0].origin: -1 is not a QueueOrigin"),
            (|r| r.session = vec![r.session[0].clone(); 201], "session: 201 entries, at most 200 are taken"),
            (|r| r.session[0].track_id.clear(), "session[0].track_id: is missing"),
            (
                |r| r.session[0].track_id = "\u{0}".to_owned(),
                "session[0].track_id: '\\0' is not a letter, a digit or one of \"-_\"",
            ),
        ];
        for (change, problem) in cases {
            assert_eq!(decoded(change).expect_err(problem).to_string(), problem);
        }
    }

    #[test]
    fn an_arm_with_a_penalty_of_its_own_replaces_the_usual_one() {
        let yaml = "[{ name: spacing, salt: s, owner: o, hypothesis: h, ends: 2026-12-14, arms: [\
                    { name: control, from: 0, to: 1 }, \
                    { name: wide, from: 1, to: 1000, parameters: { artist-penalty: 0.5 } }] }]";
        let wide = Assignments::from_yaml(yaml).expect("the experiment is right");
        let query = decode(request(), SystemTime::UNIX_EPOCH, &wide).expect("the request is valid");
        assert_eq!((query.artist_penalty, query.assigned[0].arm.as_str()), (0.5, "wide"));
        assert_eq!(decoded(|_| {}).expect("the request is valid").artist_penalty, ARTIST_PENALTY);
    }
}
