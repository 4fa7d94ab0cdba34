//! Requests from the wire: decoded, and refused where a field is wrong.
use std::time::SystemTime;

use experiments::Assignments;
use protocol::ranking::v1::{MouldCandidate, MouldRankRequest};
use serving::InvalidField;
use serving::fields::{self, Asking, at_most, between, identifier, indexed, limit, viewer};

use crate::candidate::Candidate;
use crate::query::Query;

const MAX_CANDIDATES: usize = 500;
const MAX_LIMIT: u32 = 100;

/// What a track that is released today gains, where no experiment says otherwise.
const NOVELTY: f64 = 0.0;

/// Makes a query of a request that came in at the time `now`.
pub(crate) fn decode(
    request: MouldRankRequest,
    now: SystemTime,
    assignments: &Assignments,
) -> Result<Query, InvalidField> {
    fields::request_id(&request.request_id)?;
    let Asking { viewer_id, no_explicit } = viewer(request.viewer)?;
    at_most("candidates", request.candidates.len(), MAX_CANDIDATES)?;
    let candidates = indexed("candidates", request.candidates, candidate)?;
    let limit = limit("limit", request.limit, MAX_LIMIT)?;

    let assigned = assignments.of(&viewer_id, now);
    let novelty = assigned.iter().find_map(|assigned| assigned.parameters.get("novelty").copied());
    Ok(Query {
        request_id: request.request_id,
        viewer_id,
        no_explicit,
        candidates,
        limit,
        explain: request.explain,
        now,
        assigned,
        novelty: novelty.unwrap_or(NOVELTY),
        profile: None,
    })
}

fn candidate(path: &str, candidate: MouldCandidate) -> Result<Candidate, InvalidField> {
    identifier(&format!("{path}.track_id"), &candidate.track_id)?;
    between(&format!("{path}.relevance"), candidate.relevance, 0.0, 1.0)?;
    Ok(Candidate::new(candidate.track_id, candidate.relevance))
}

#[cfg(test)]
mod tests {
    use protocol::ranking::v1::Viewer;

    use super::*;

    fn request() -> MouldRankRequest {
        MouldRankRequest {
            request_id: "r:1/a".to_owned(),
            viewer: Some(Viewer { viewer_id: "vwr-1".to_owned(), content_filter: 0 }),
            candidates: vec![MouldCandidate { track_id: "trk-2".to_owned(), relevance: 0.5 }],
            limit: 10,
            explain: false,
        }
    }

    fn decoded(change: impl FnOnce(&mut MouldRankRequest)) -> Result<Query, InvalidField> {
        let mut request = request();
        change(&mut request);
        decode(request, SystemTime::UNIX_EPOCH, &Assignments::default())
    }

    #[test]
    fn a_valid_request_is_a_query_of_a_viewer_whom_nobody_knows_yet() {
        let query = decoded(|_| {}).expect("the request is valid");
        assert_eq!(query.candidates, [Candidate::new("trk-2", 0.5)]);
        assert_eq!((query.limit, query.novelty), (10, NOVELTY));
        assert!(query.restricted() && query.heard().is_empty());
    }

    #[test]
    fn the_largest_request_is_valid() {
        let query = decoded(|request| {
            request.candidates = vec![request.candidates[0].clone(); MAX_CANDIDATES];
            request.limit = MAX_LIMIT;
        });
        assert_eq!(query.expect("the request is valid").candidates.len(), MAX_CANDIDATES);
    }

    #[test]
    fn every_wrong_field_is_named() {
        type Change = fn(&mut MouldRankRequest);
        let cases: [(Change, &str); 10] = [
            (|r| r.request_id.clear(), "request_id: is missing"),
            (|r| r.viewer = None, "viewer: is missing"),
            (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id: is missing"),
            (
                |r| r.candidates = vec![r.candidates[0].clone(); 501],
                "candidates: 501 entries, at most 500 are taken",
            ),
            (|r| r.candidates.push(MouldCandidate::default()), "candidates[1].track_id: is missing"),
            (|r| r.candidates[0].relevance = 1.5, "candidates[0].relevance: 1.5 is not between 0 and 1"),
            (|r| r.candidates[0].relevance = -0.1, "candidates[0].relevance: -0.1 is not between 0 and 1"),
            (|r| r.candidates[0].relevance = f64::NAN, "candidates[0].relevance: NaN is not between 0 and 1"),
            (|r| r.limit = 0, "limit: 0 is not between 1 and 100"),
            (|r| r.limit = 101, "limit: 101 is not between 1 and 100"),
        ];
        for (change, problem) in cases {
            assert_eq!(decoded(change).expect_err(problem).to_string(), problem);
        }
    }
}
