//! Requests from the wire: decoded, and refused where a field is wrong.
use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::SystemTime;

use experiments::Assignments;
use protocol::ranking::v1::{SearchFilter, SearchTracksRequest};
use serving::InvalidField;
use serving::fields::{self, Asking, at_most, identifier, indexed, limit, viewer};

use crate::profiles::MAX_LIMIT;
use crate::query::Query;
use crate::words::words;

const MAX_TEXT: usize = 200;
const MAX_GENRES: usize = 20;
/// Words that are looked for at most; a title has hardly more.
const MAX_WORDS: usize = 12;

/// Makes a query of a request that came in at the time `now`. Its profile is chosen apart from it.
pub(crate) fn decode(
    request: SearchTracksRequest,
    now: SystemTime,
    assignments: &Assignments,
) -> Result<Query, InvalidField> {
    fields::request_id(&request.request_id)?;
    let Asking { viewer_id, no_explicit } = viewer(request.viewer)?;
    fields::text("text", &request.text, MAX_TEXT)?;
    let limit = limit("limit", request.limit, MAX_LIMIT)?;
    let SearchFilter { genres } = request.filter.unwrap_or_default();
    at_most("filter.genres", genres.len(), MAX_GENRES)?;
    let genres = indexed("filter.genres", genres, |path, genre| {
        identifier(path, &genre)?;
        Ok(genre)
    })?;

    let assigned = assignments.of(&viewer_id, now);
    let popularity_weight =
        assigned.iter().find_map(|assigned| assigned.parameters.get("popularity-weight").copied());
    Ok(Query {
        request_id: request.request_id,
        viewer_id,
        no_explicit,
        words: distinct(words(&request.text)),
        genres: genres.into_iter().collect(),
        limit,
        with_features: request.with_features,
        now,
        assigned,
        popularity_weight,
        viewer: None,
        matches: OnceLock::new(),
    })
}

/// The first words, each once, in their order.
fn distinct(words: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.into_iter().filter(|word| seen.insert(word.clone())).take(MAX_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use protocol::ranking::v1::Viewer;

    use super::*;

    fn request() -> SearchTracksRequest {
        SearchTracksRequest {
            request_id: "r:1/a".to_owned(),
            viewer: Some(Viewer { viewer_id: "vwr-1".to_owned(), content_filter: 0 }),
            text: "Love, LOVE — me do".to_owned(),
            limit: 10,
            profile: String::new(),
            filter: Some(SearchFilter { genres: vec!["jazz".to_owned(), "hip-hop".to_owned()] }),
            with_features: false,
            explain: false,
        }
    }

    fn decoded(change: impl FnOnce(&mut SearchTracksRequest)) -> Result<Query, InvalidField> {
        let mut request = request();
        change(&mut request);
        decode(request, SystemTime::UNIX_EPOCH, &Assignments::default())
    }

    #[test]
    fn a_valid_request_is_a_query_of_folded_words_each_once() {
        let query = decoded(|_| {}).expect("the request is valid");
        assert_eq!(query.words, ["love", "me", "do"]);
        assert_eq!(query.genres.iter().collect::<Vec<_>>(), ["hip-hop", "jazz"]);
        assert!(query.viewer.is_none() && query.restricted(), "an unknown profile is taken as restricted");
    }

    #[test]
    fn the_largest_request_is_valid_and_twelve_words_of_it_count() {
        let query = decoded(|request| {
            request.request_id = "r".repeat(64);
            request.text = ('a'..='z').map(String::from).collect::<Vec<_>>().join(" ") + &" ".repeat(149);
            request.limit = MAX_LIMIT;
            request.filter = Some(SearchFilter { genres: vec!["g".repeat(64); MAX_GENRES] });
        });
        assert_eq!(query.expect("the request is valid").words.len(), MAX_WORDS);
    }

    #[test]
    fn a_text_without_words_is_valid_and_has_none() {
        assert_eq!(decoded(|r| r.text = "★ !?".to_owned()).expect("the request is valid").words, [""; 0]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        type Change = fn(&mut SearchTracksRequest);
        let cases: [(Change, &str); 13] = [
            (|r| r.request_id.clear(), "request_id: is missing"),
            (|r| r.viewer = None, "viewer: is missing"),
            (|r| r.viewer.as_mut().unwrap().viewer_id.clear(), "viewer.viewer_id: is missing"),
            (
                |r| r.viewer.as_mut().unwrap().content_filter = 9,
                "viewer.content_filter: 9 is not a ContentFilter",
            ),
            (|r| r.text.clear(), "text: is missing"),
            (|r| r.text = " \u{a0}\u{3000}".to_owned(), "text: is missing"),
            (|r| r.text = "a".repeat(10_000), "text: 10000 characters, at most 200 are taken"),
            (|r| r.text = "a\u{0}b".to_owned(), "text: '\\0' is a control character"),
            (|r| r.limit = 0, "limit: 0 is not between 1 and 100"),
            (|r| r.limit = 101, "limit: 101 is not between 1 and 100"),
            (
                |r| r.filter.as_mut().unwrap().genres = vec!["a".to_owned(); 21],
                "filter.genres: 21 entries, at most 20 are taken",
            ),
            (|r| r.filter.as_mut().unwrap().genres[1].clear(), "filter.genres[1]: is missing"),
            (
                |r| r.filter.as_mut().unwrap().genres[0] = "a b".to_owned(),
                "filter.genres[0]: ' ' is not a letter, a digit or one of \"-_\"",
            ),
        ];
        for (change, problem) in cases {
            assert_eq!(decoded(change).expect_err(problem).to_string(), problem);
        }
    }

    #[test]
    fn an_arm_with_a_weight_of_its_own_says_so() {
        assert_eq!(decoded(|_| {}).expect("the request is valid").popularity_weight, None);
    }
}
