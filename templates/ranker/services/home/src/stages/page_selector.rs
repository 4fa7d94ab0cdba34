//! The page: which shelves, in which order, with which tracks.
use std::collections::{BTreeMap, BTreeSet};

use pipeline::{Scored, Selector, Split};

use crate::candidate::{Candidate, Kind};
use crate::query::Query;

/// The name of the stage, and of what it adds to scores.
const PAGE: &str = "page";

/// How many of a shelf's best tracks say where it stands.
const BEST: usize = 3;

/// Fills the page from the top: always the shelf that is worth most with what the page does not have yet.
///
/// No track stands on the page twice, and a track loses something for each better one of its artist on its shelf and on
/// the shelves above, except on the artist's own shelf. What is worth most next is never worth more than what stands
/// above, and it does not depend on how many shelves were asked for: a page with fewer is the beginning of one with more.
#[derive(Debug)]
pub(crate) struct PageSelector;

/// What a shelf is worth whose tracks have these scores, best first: the mean of the best three, of which those that are
/// not there or below zero count as zero.
pub(crate) fn worth(scores: impl Iterator<Item = f64>) -> f64 {
    scores.take(BEST).map(|score| score.max(0.0)).sum::<f64>() / BEST as f64
}

impl Selector<Query, Candidate> for PageSelector {
    fn name(&self) -> &'static str {
        PAGE
    }

    fn select(&self, query: &Query, ranked: Vec<Scored<Candidate>>) -> Split<Scored<Candidate>> {
        let mut shelves: BTreeMap<String, Vec<Scored<Candidate>>> = BTreeMap::new();
        for scored in ranked {
            shelves.entry(scored.candidate.shelf.id.clone()).or_default().push(scored);
        }
        let mut page = Page::default();
        let mut split = Split { kept: Vec::new(), removed: Vec::new() };
        for _ in 0..query.shelf_limit {
            let Some((id, places)) = page.best(query, &shelves) else { break };
            let shelf = take(query, shelves.remove(&id).unwrap_or_default(), &places);
            page.add(&shelf.kept);
            split.kept.extend(shelf.kept);
            split.removed.extend(shelf.removed);
        }
        split.removed.extend(shelves.into_values().flatten());
        split
    }
}

/// What is on the page so far.
#[derive(Default)]
struct Page {
    tracks: BTreeSet<String>,
    artists: BTreeMap<String, u32>,
}

/// A place on a shelf.
struct Place {
    /// Which of the shelf's candidates has it.
    index: usize,
    /// How many of its artist are better.
    better: u32,
    /// The candidate's score, less what it loses for these.
    score: f64,
}

impl Page {
    /// The shelf that is worth most as the next, and its places; of those that are worth the same, the first by identifier.
    fn best(
        &self,
        query: &Query,
        shelves: &BTreeMap<String, Vec<Scored<Candidate>>>,
    ) -> Option<(String, Vec<Place>)> {
        let mut best: Option<(f64, &String, Vec<Place>)> = None;
        for (id, items) in shelves {
            let places = self.fill(query, items);
            let value = worth(places.iter().map(|place| place.score));
            if !places.is_empty() && best.as_ref().is_none_or(|best| value > best.0) {
                best = Some((value, id, places));
            }
        }
        best.map(|(_, id, places)| (id.clone(), places))
    }

    /// The places on a shelf, best first, if it was the next.
    fn fill(&self, query: &Query, items: &[Scored<Candidate>]) -> Vec<Place> {
        let mut on_shelf: BTreeMap<&str, u32> = BTreeMap::new();
        let mut places = Vec::new();
        for (index, scored) in items.iter().enumerate() {
            let candidate = &scored.candidate;
            if self.tracks.contains(&candidate.track_id) {
                continue;
            }
            let better = match (candidate.shelf.kind, candidate.track.artist.as_deref()) {
                (Kind::Artist, _) | (_, None) => 0,
                (_, Some(artist)) => {
                    let on_shelf = on_shelf.entry(artist).or_default();
                    let better = *on_shelf + self.artists.get(artist).copied().unwrap_or(0);
                    *on_shelf += 1;
                    better
                }
            };
            places.push(Place { index, better, score: scored.score() + loss(query, better) });
        }
        let candidate = |place: &Place| &items[place.index].candidate;
        // As a ranking: adding zero makes -0.0 and 0.0 one score.
        places.sort_by(|one, other| {
            let (ours, theirs) = (one.score + 0.0, other.score + 0.0);
            theirs.total_cmp(&ours).then_with(|| candidate(one).cmp(candidate(other)))
        });
        places.truncate(query.item_limit);
        places
    }

    /// A shelf is on the page.
    fn add(&mut self, items: &[Scored<Candidate>]) {
        for Scored { candidate, .. } in items {
            self.tracks.insert(candidate.track_id.clone());
            if let Some(artist) = &candidate.track.artist {
                *self.artists.entry(artist.clone()).or_default() += 1;
            }
        }
    }
}

/// Parts a shelf's tracks that have a place, in the order of the places and with their losses, from the others.
fn take(query: &Query, items: Vec<Scored<Candidate>>, places: &[Place]) -> Split<Scored<Candidate>> {
    let mut items: Vec<_> = items.into_iter().map(Some).collect();
    let mut kept = Vec::with_capacity(places.len());
    for place in places {
        let taken = items.get_mut(place.index).and_then(Option::take);
        kept.extend(taken.map(|mut scored| {
            if place.better > 0 {
                scored.add(PAGE, loss(query, place.better));
            }
            scored
        }));
    }
    Split { kept, removed: items.into_iter().flatten().collect() }
}

/// What is added to the score of a track of whose artist so many are better.
fn loss(query: &Query, better: u32) -> f64 {
    -query.artist_penalty * f64::from(better)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::candidate::Shelf;
    use crate::request::tests::query;

    /// A track on a shelf, as `shelf track artist score`.
    fn ranked(list: &[&str]) -> Vec<Scored<Candidate>> {
        let mut ranked: Vec<_> = list
            .iter()
            .map(|text| {
                let words: Vec<_> = text.split(' ').collect();
                let kind = if words[0].starts_with("artist") { Kind::Artist } else { Kind::Editorial };
                let shelf = Arc::new(Shelf { id: words[0].to_owned(), kind, subject: None });
                let mut candidate = Candidate::new(&shelf, words[1]);
                candidate.track.artist = Some(words[2].to_owned()).filter(|artist| artist != "-");
                let mut scored = Scored::new(candidate);
                scored.add("model", words[3].parse().expect("a score is a number"));
                scored
            })
            .collect();
        ranked.sort_by(Scored::rank_order);
        ranked
    }

    fn select(shelves: usize, items: usize, list: Vec<Scored<Candidate>>) -> Split<Scored<Candidate>> {
        let query = Query { shelf_limit: shelves, item_limit: items, artist_penalty: 0.25, ..query() };
        PageSelector.select(&query, list)
    }

    fn page(shelves: usize, items: usize, list: &[&str]) -> Vec<String> {
        let kept = select(shelves, items, ranked(list)).kept;
        kept.iter().map(|scored| format!("{} {}", scored.candidate.place(), scored.score())).collect()
    }

    #[test]
    fn the_shelf_with_the_best_tracks_stands_first() {
        let list = ["a t1 - 0.5", "b t2 - 1", "b t3 - 0.5", "a t4 - 0.25", "c t5 - 1.25"];
        assert_eq!(page(9, 9, &list), ["b/t2 1", "b/t3 0.5", "c/t5 1.25", "a/t1 0.5", "a/t4 0.25"]);
        assert_eq!(page(1, 1, &list), ["c/t5 1.25"], "one track a shelf: only the best counts");
    }

    #[test]
    fn a_track_stands_on_the_page_once() {
        let list = ["a t1 - 1", "a t2 - 0.5", "b t1 - 1", "b t2 - 0.5", "b t3 - 0.25"];
        assert_eq!(page(9, 2, &list), ["a/t1 1", "a/t2 0.5", "b/t3 0.25"]);
        assert_eq!(page(9, 9, &list), ["b/t1 1", "b/t2 0.5", "b/t3 0.25"], "nothing is left for the other");
    }

    #[test]
    fn tracks_of_an_artist_who_is_above_lose() {
        let list = ["a t1 x 2", "a t2 x 1.5", "b t3 x 1", "b t4 y 0.75"];
        assert_eq!(page(9, 9, &list), ["a/t1 2", "a/t2 1.25", "b/t4 0.75", "b/t3 0.5"]);
    }

    #[test]
    fn an_artists_own_shelf_loses_nothing_and_counts_for_those_below() {
        let list = ["artist-x t1 x 2", "artist-x t2 x 1.5", "b t3 x 1"];
        assert_eq!(page(9, 9, &list), ["artist-x/t1 2", "artist-x/t2 1.5", "b/t3 0.5"]);
    }

    #[test]
    fn what_is_worth_the_same_stands_by_name() {
        let list = ["b t1 - 1", "a t3 - 1", "a t2 - 0.5", "b t4 - 0.5"];
        assert_eq!(page(9, 9, &list), ["a/t3 1", "a/t2 0.5", "b/t1 1", "b/t4 0.5"]);
        let list = ["a t9 x 1", "a t5 x 0.75", "a t1 - 0.5"];
        assert_eq!(page(9, 9, &list), ["a/t9 1", "a/t1 0.5", "a/t5 0.5"], "also where a loss makes it so");
    }

    #[test]
    fn scores_below_zero_are_shown_and_count_for_nothing() {
        assert_eq!(page(9, 9, &["a t1 - -1", "b t2 - 0.5", "b t3 - -2"]), ["b/t2 0.5", "b/t3 -2", "a/t1 -1"]);
    }

    fn lists() -> impl Strategy<Value = Vec<Scored<Candidate>>> {
        prop::collection::btree_map((0_u8..6, 0_u8..12), (0_u8..4, -4_i8..12), 0..60).prop_map(|places| {
            let shelf = |number: u8| if number == 0 { "artist-0".to_owned() } else { format!("s{number}") };
            let text = |((on, track), (artist, score)): (&(u8, u8), &(u8, i8))| {
                format!("{} t{track} a{artist} {}", shelf(*on), f64::from(*score) / 8.0)
            };
            let texts: Vec<_> = places.iter().map(text).collect();
            ranked(&texts.iter().map(String::as_str).collect::<Vec<_>>())
        })
    }

    fn places(list: &[Scored<Candidate>]) -> Vec<&str> {
        list.iter().map(|scored| scored.candidate.place()).collect()
    }

    proptest! {
        #[test]
        fn a_page_has_what_was_promised(list in lists(), shelves in 1_usize..8, items in 1_usize..8) {
            let all = list.len();
            let split = select(shelves, items, list);
            prop_assert_eq!(split.kept.len() + split.removed.len(), all, "nothing is lost");
            let tracks: BTreeSet<_> = split.kept.iter().map(|scored| scored.candidate.id()).collect();
            prop_assert_eq!(tracks.len(), split.kept.len(), "no track stands twice");
            let rows: Vec<_> = split.kept.chunk_by(|a, b| a.candidate.shelf.id == b.candidate.shelf.id).collect();
            let ids: BTreeSet<_> = rows.iter().map(|row| &row[0].candidate.shelf.id).collect();
            prop_assert!(rows.len() <= shelves && ids.len() == rows.len() && rows.iter().all(|row| row.len() <= items));
            prop_assert!(rows.iter().all(|row| row.is_sorted_by(|a, b| a.rank_order(b).is_le())));
            let worths: Vec<_> = rows.iter().map(|row| worth(row.iter().map(Scored::score))).collect();
            prop_assert!(worths.is_sorted_by(|above, below| above >= below), "{worths:?}");
        }

        #[test]
        fn a_page_with_fewer_shelves_is_the_beginning_of_one_with_more(list in lists(), shelves in 1_usize..6, items in 1_usize..6) {
            let (fewer, more) = (select(shelves, items, list.clone()), select(shelves + 1, items, list));
            prop_assert!(places(&more.kept).starts_with(&places(&fewer.kept)));
        }
    }
}
