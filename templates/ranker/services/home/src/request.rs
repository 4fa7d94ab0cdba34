//! Requests from the wire: decoded, and refused where a field is wrong.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use experiments::Assignments;
use protocol::ranking::v1::{RankShelvesRequest, ShelfCandidate, ShelfKind};
use reward::Blend;
use serving::InvalidField;
use serving::fields::{self, Asking, at_most, identifier, indexed, invalid, limit, one_of, viewer};

use crate::candidate::{Candidate, Kind, Shelf};
use crate::query::Query;

const MAX_SHELVES: usize = 40;
const MAX_TRACKS_A_SHELF: usize = 100;
const MAX_TRACKS: usize = 1_000;
const MAX_SHELF_LIMIT: u32 = 20;
const MAX_ITEM_LIMIT: u32 = 50;

/// What a track loses for each better one of its artist on the page, where no experiment says otherwise.
const ARTIST_PENALTY: f64 = 0.04;

/// Makes a query of a request that came in at the time `now`.
pub(crate) fn decode(
    request: RankShelvesRequest,
    now: SystemTime,
    assignments: &Assignments,
    blend: Blend,
) -> Result<Query, InvalidField> {
    fields::request_id(&request.request_id)?;
    let Asking { viewer_id, no_explicit } = viewer(request.viewer)?;
    let has_shelves = !request.shelves.is_empty();
    at_most("shelves", request.shelves.len(), MAX_SHELVES)?;
    let given = given(request.shelves)?;
    let shelf_limit = limit("shelf_limit", request.shelf_limit, MAX_SHELF_LIMIT)?;
    let item_limit = limit("item_limit", request.item_limit, MAX_ITEM_LIMIT)?;

    let assigned = assignments.of(&viewer_id, now);
    let parameter = |name: &str| assigned.iter().find_map(|assigned| assigned.parameters.get(name).copied());
    Ok(Query {
        request_id: request.request_id,
        viewer_id,
        no_explicit,
        given,
        has_shelves,
        shelf_limit,
        item_limit,
        now,
        blend: parameter("bonus-cap").map_or(blend, |cap| blend.capped_at(cap)),
        // A shelf must not gain by what stands above it.
        artist_penalty: parameter("artist-penalty").unwrap_or(ARTIST_PENALTY).max(0.0),
        assigned,
        profile: None,
        history: BTreeMap::new(),
        heard: BTreeSet::new(),
    })
}

fn given(shelves: Vec<ShelfCandidate>) -> Result<Vec<Candidate>, InvalidField> {
    let shelves = indexed("shelves", shelves, shelf)?;
    let mut ids = BTreeSet::new();
    for (index, (shelf, _)) in shelves.iter().enumerate() {
        if !ids.insert(&shelf.id) {
            return Err(invalid(format!("shelves[{index}].shelf_id"), "stands here a second time"));
        }
    }
    let tracks: usize = shelves.iter().map(|(_, tracks)| tracks.len()).sum();
    if tracks > MAX_TRACKS {
        return Err(invalid("shelves", format!("{tracks} tracks, at most {MAX_TRACKS} are taken")));
    }
    let candidates = |(shelf, tracks): (Arc<Shelf>, Vec<String>)| {
        tracks.into_iter().map(move |track| Candidate::new(&shelf, track))
    };
    Ok(shelves.into_iter().flat_map(candidates).collect())
}

fn shelf(path: &str, shelf: ShelfCandidate) -> Result<(Arc<Shelf>, Vec<String>), InvalidField> {
    identifier(&format!("{path}.shelf_id"), &shelf.shelf_id)?;
    let kind = match one_of(&format!("{path}.kind"), "ShelfKind", shelf.kind)? {
        ShelfKind::Unspecified | ShelfKind::Editorial => Kind::Editorial,
        ShelfKind::Genre => Kind::Genre,
        ShelfKind::Artist => Kind::Artist,
        ShelfKind::HeardAgain => Kind::HeardAgain,
        ShelfKind::NewReleases => Kind::NewReleases,
        ShelfKind::Popular => Kind::Popular,
    };
    let field = format!("{path}.subject");
    let subject = match kind {
        Kind::Genre | Kind::Artist => {
            identifier(&field, &shelf.subject)?;
            Some(shelf.subject)
        }
        Kind::Editorial | Kind::HeardAgain | Kind::NewReleases | Kind::Popular => {
            if !shelf.subject.is_empty() {
                return Err(invalid(field, "must be empty for a shelf of this kind"));
            }
            None
        }
    };
    at_most(&format!("{path}.track_ids"), shelf.track_ids.len(), MAX_TRACKS_A_SHELF)?;
    let tracks = indexed(&format!("{path}.track_ids"), shelf.track_ids, |path, track: String| {
        identifier(path, &track)?;
        Ok(track)
    })?;
    Ok((Arc::new(Shelf { id: shelf.shelf_id, kind, subject }), tracks))
}

#[cfg(test)]
pub(crate) mod tests {
    use protocol::ranking::v1::Viewer;
    use serving::fields::MAX_ID_BYTES;

    use super::*;

    fn request() -> RankShelvesRequest {
        RankShelvesRequest {
            request_id: "r:1/a".to_owned(),
            viewer: Some(Viewer { viewer_id: "vwr-1".to_owned(), content_filter: 0 }),
            shelves: vec![ShelfCandidate {
                shelf_id: "s-1".to_owned(),
                kind: ShelfKind::Genre.into(),
                subject: "jazz".to_owned(),
                track_ids: vec!["trk-2".to_owned(), "trk-1".to_owned()],
            }],
            shelf_limit: 5,
            item_limit: 10,
            explain: false,
        }
    }

    fn blend() -> Blend {
        Blend::new(0.5, 0.3, 0.02).expect("the numbers are right")
    }

    fn decoded(change: impl FnOnce(&mut RankShelvesRequest)) -> Result<Query, InvalidField> {
        let mut request = request();
        change(&mut request);
        decode(request, SystemTime::UNIX_EPOCH, &Assignments::default(), blend())
    }

    /// A small valid query.
    pub(crate) fn query() -> Query {
        decoded(|_| {}).expect("the request is valid")
    }

    #[test]
    fn a_valid_request_is_a_query_with_a_candidate_for_each_track_on_a_shelf() {
        let query = query();
        let places: Vec<_> = query.given.iter().map(Candidate::place).collect();
        assert_eq!(places, ["s-1/trk-2", "s-1/trk-1"]);
        assert_eq!((query.shelf_limit, query.item_limit, query.has_shelves), (5, 10, true));
        assert!(query.profile.is_none() && query.restricted(), "an unknown profile is taken as restricted");
    }

    #[test]
    fn the_largest_request_is_valid() {
        let query = decoded(|request| {
            request.request_id = "r".repeat(MAX_ID_BYTES);
            request.shelves = (0..MAX_SHELVES)
                .map(|number| ShelfCandidate {
                    shelf_id: format!("s-{number}"),
                    track_ids: vec!["t".repeat(MAX_ID_BYTES); MAX_TRACKS / MAX_SHELVES],
                    ..Default::default()
                })
                .collect();
            request.shelf_limit = MAX_SHELF_LIMIT;
            request.item_limit = MAX_ITEM_LIMIT;
        });
        assert_eq!(query.expect("the request is valid").given.len(), MAX_TRACKS);
    }

    #[test]
    fn every_wrong_field_is_named() {
        type Change = fn(&mut RankShelvesRequest);
        let cases: [(Change, &str); 21] = [
            (|r| r.request_id.clear(), "request_id: is missing"),
            (
                |r| r.request_id = "a b".to_owned(),
                "request_id: ' ' is not a letter, a digit or one of \"-_.:/\"",
            ),
            (|r| r.viewer = None, "viewer: is missing"),
            (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id: is missing"),
            (
                |r| r.viewer.as_mut().unwrap().content_filter = 9,
                "viewer.content_filter: 9 is not a ContentFilter",
            ),
            (|r| r.shelf_limit = 0, "shelf_limit: 0 is not between 1 and 20"),
            (|r| r.shelf_limit = 21, "shelf_limit: 21 is not between 1 and 20"),
            (|r| r.item_limit = 0, "item_limit: 0 is not between 1 and 50"),
            (|r| r.item_limit = u32::MAX, "item_limit: 4294967295 is not between 1 and 50"),
            (|r| r.shelves = vec![r.shelves[0].clone(); 41], "shelves: 41 entries, at most 40 are taken"),
            (|r| r.shelves = vec![r.shelves[0].clone(); 2], "shelves[1].shelf_id: stands here a second time"),
            (|r| r.shelves[0].shelf_id.clear(), "shelves[0].shelf_id: is missing"),
            (
                |r| r.shelves[0].shelf_id = "a/b".to_owned(),
                "shelves[0].shelf_id: '/' is not a letter, a digit or one of \"-_\"",
            ),
            (|r| r.shelves[0].kind = 99, "shelves[0].kind: 99 is not a ShelfKind"),
            (|r| r.shelves[0].subject.clear(), "shelves[0].subject: is missing"),
            (
                |r| r.shelves[0].subject = "hip hop".to_owned(),
                "shelves[0].subject: ' ' is not a letter, a digit or one of \"-_\"",
            ),
            (
                |r| r.shelves[0].kind = ShelfKind::Popular.into(),
                "shelves[0].subject: must be empty for a shelf of this kind",
            ),
            (
                |r| r.shelves[0].track_ids = vec!["t".to_owned(); 101],
                "shelves[0].track_ids: 101 entries, at most 100 are taken",
            ),
            (|r| r.shelves[0].track_ids[1].clear(), "shelves[0].track_ids[1]: is missing"),
            (
                |r| r.shelves[0].track_ids[0] = "t".repeat(65),
                "shelves[0].track_ids[0]: 65 bytes, at most 64 are taken",
            ),
            (
                |r| {
                    r.shelves = (0..11)
                        .map(|number| ShelfCandidate {
                            shelf_id: format!("s-{number}"),
                            track_ids: vec!["t".to_owned(); 100],
                            ..Default::default()
                        })
                        .collect();
                },
                "shelves: 1100 tracks, at most 1000 are taken",
            ),
        ];
        for (change, problem) in cases {
            assert_eq!(decoded(change).expect_err(problem).to_string(), problem);
        }
    }

    #[test]
    fn an_arm_with_numbers_of_its_own_replaces_the_usual_ones() {
        let yaml = "[{ name: e, salt: s, owner: o, hypothesis: h, ends: 2026-12-14, arms: [\
                    { name: control, from: 0, to: 1 }, \
                    { name: curious, from: 1, to: 1000, parameters: { artist-penalty: 0.5, bonus-cap: 0.01 } }] }]";
        let curious = Assignments::from_yaml(yaml).expect("the experiment is right");
        let query =
            decode(request(), SystemTime::UNIX_EPOCH, &curious, blend()).expect("the request is valid");
        assert_eq!(query.assigned[0].arm, "curious");
        assert_eq!((query.artist_penalty, query.blend), (0.5, blend().capped_at(0.01)));
        let usual = decoded(|_| {}).expect("the request is valid");
        assert_eq!((usual.artist_penalty, usual.blend), (ARTIST_PENALTY, blend()));
    }
}
