//! The manifest of hazards is true: each is looked for in the answers, the store and the titles.
use std::collections::{BTreeMap, BTreeSet};

use catalogue::Track;
use features::{Key, Record};
use protocol::ranking::v1::{FoundTrack, SearchTracksRequest, SearchTracksResponse};
use search::words::{is_stop_word, words};
use testkit::{AMPLE, Golden, history, noon};

use crate::support::{Service, corpus, here, parts, profiles, removed};

/// A golden request with all that can be looked at.
struct Case {
    request: SearchTracksRequest,
    answer: SearchTracksResponse,
    /// The answer to the same request for as many as there may be.
    whole: SearchTracksResponse,
    /// The answer to the text without a character that could be an operator.
    bare: SearchTracksResponse,
    /// What the store knows of the tracks of the whole answer.
    records: BTreeMap<String, Record>,
    /// How many tracks the viewer heard.
    heard: usize,
}

#[tokio::test]
async fn the_manifest_is_true() {
    let service = Service::start().await;
    let mut cases = BTreeMap::new();
    for Golden { id, request, .. } in corpus() {
        cases.insert(id, case(&service, request).await);
    }
    let manifest = testkit::coverage(&here(""));
    let mut wrong = Vec::new();
    for (hazard, ids) in &manifest {
        assert!(ids.len() >= 4, "{hazard} is met by every segment");
        wrong.extend(ids.iter().filter(|id| !holds(hazard, &cases[*id])).map(|id| format!("{id}: {hazard}")));
    }
    assert_eq!(wrong, [""; 0], "these do not hold what the manifest says");
    let listed: BTreeSet<_> = manifest.values().flatten().collect();
    assert_eq!(listed.len(), cases.len(), "every request is there for something");
}

async fn case(service: &Service, request: SearchTracksRequest) -> Case {
    let ask =
        async |request: SearchTracksRequest| service.search(request).await.expect("the request is valid");
    let bare: String = request.text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let bare = if bare.trim().is_empty() { request.text.clone() } else { bare };
    let whole = ask(SearchTracksRequest { limit: 100, ..request.clone() }).await;
    let keys: Vec<_> = whole.items.iter().map(|item| Key::track(&item.track_id)).collect();
    let records = parts().await.store.read(&keys, AMPLE).await.expect("the store answers");
    Case {
        answer: ask(request.clone()).await,
        bare: ask(SearchTracksRequest { text: bare, ..request.clone() }).await,
        heard: history(&request.viewer.as_ref().expect("a golden request has a viewer").viewer_id).await,
        records: keys.into_iter().map(|key| key.id).zip(records.into_iter().flatten()).collect(),
        whole,
        request,
    }
}

fn holds(hazard: &str, case: &Case) -> bool {
    let Case { request, answer, whole, bare, records, heard } = case;
    let (typed, items) = (words(&request.text), &answer.items);
    let (limit, total) = (request.limit as usize, answer.total_matches as usize);
    let track = |item: &FoundTrack| Track::read(&records[&item.track_id], noon());
    let called = |item: &FoundTrack| words(&format!("{} {} {}", item.title, item.artist_name, item.album));
    let all_in = |item: &FoundTrack| typed.iter().all(|word| called(item).contains(word));
    match hazard {
        "cold-start" => *heard == 0,
        "plain" => items.iter().any(all_in),
        "artist-name" => items.iter().any(|item| words(&item.artist_name) == typed),
        "more-than-k" => items.len() == limit && total > 20 && total > limit && removed(answer, "top-k") > 0,
        "more-than-window" => {
            let name = &answer.profile;
            let profiles = profiles().profiles;
            let profile =
                profiles.iter().find(|profile| profile.name == *name).expect("the profile is there");
            total > profile.matches && removed(answer, "rerank") > 0
        }
        "stop-words" => typed.iter().all(|word| is_stop_word(word)) && !items.is_empty(),
        "few-matches" => !items.is_empty() && items.len() < limit,
        "covers" => items.iter().any(|one| {
            let same = |other: &&FoundTrack| {
                other.track_id != one.track_id && words(&other.title) == words(&one.title)
            };
            items
                .iter()
                .filter(same)
                .any(|other| other.artist_name != one.artist_name && track(other) != track(one))
        }),
        "version" => items.iter().any(|item| words(&item.title).contains(&"live".to_owned())),
        "exact-ties" => whole.items.windows(2).any(|pair| pair[0].score.to_bits() == pair[1].score.to_bits()),
        "tie-at-the-cut" => {
            let (last, next) = (items.last(), whole.items.get(limit));
            last.zip(next).is_some_and(|(last, next)| last.score.to_bits() == next.score.to_bits())
        }
        "near-ties" => whole.items.windows(2).any(|pair| {
            let gap = pair[0].score - pair[1].score;
            pair[0].title == pair[1].title && gap > 0.0 && gap < 1e-3
        }),
        "missing-features" => whole.items.iter().map(track).any(|track| {
            track.energy.is_none()
                || track.plays.is_none()
                || track.explicit.is_none()
                || track.artist.is_none()
        }),
        "stale-features" => whole
            .items
            .iter()
            .any(|item| records[&item.track_id].values.contains_key("plays") && track(item).plays.is_none()),
        "typo" => items.iter().any(|item| {
            let called = called(item);
            let mistyped: Vec<_> = typed.iter().filter(|word| !called.contains(word)).collect();
            mistyped.len() == 1 && called.iter().any(|word| letters(word) == letters(mistyped[0]))
        }),
        "prefix" => items.iter().any(|item| {
            let (called, (last, others)) = (called(item), typed.split_last().expect("something was typed"));
            let begun = |word: &String| word != last && word.starts_with(last.as_str());
            !called.contains(last)
                && called.iter().any(begun)
                && others.iter().all(|word| called.contains(word))
        }),
        "diacritics" => {
            request.text.is_ascii()
                && items.iter().any(|item| !item.title.is_ascii() && words(&item.title) == typed)
        }
        "other-script" => !typed.join("").is_ascii() && items.iter().any(all_in),
        "no-match" => total == 0 && items.is_empty(),
        "one-match" => total == 1 && items.len() + removed(answer, "explicit") as usize == 1,
        "very-long" => request.text.chars().count() > 180,
        "operators" => request.text.contains(['"', '*', '~', '[', '|']) && items == &bare.items,
        "no-words" => typed.is_empty(),
        "explicit-filter" => removed(answer, "explicit") > 0,
        "genre-filter" => {
            let genres = &request.filter.as_ref().expect("there is a filter").genres;
            let of_them = |item| track(item).genre.is_some_and(|genre| genres.contains(&genre));
            removed(answer, "genre") > 0 && !items.is_empty() && items.iter().all(of_them)
        }
        "with-features" => !items.is_empty() && items.iter().all(|item| !item.features.is_empty()),
        _ => false,
    }
}

/// The letters of a word, whatever their order.
fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<_> = word.chars().collect();
    letters.sort_unstable();
    letters
}

#[tokio::test]
async fn no_feature_could_be_taken_for_another() {
    let service = Service::start().await;
    let mut items = Vec::new();
    for golden in corpus().into_iter().filter(|golden| golden.request.with_features) {
        items.extend(service.search(golden.request).await.expect("a golden request is valid").items);
    }
    let count = search::inputs::INPUTS.len();
    for (one, other) in (0..count).flat_map(|one| (0..one).map(move |other| (one, other))) {
        let apart = items.iter().any(|item| item.features[one].value != item.features[other].value);
        assert!(apart, "{} and {}", search::inputs::INPUTS[one].name, search::inputs::INPUTS[other].name);
    }
}
