//! The full-text index over a few titles: what words find, and that it is always the same.
use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use search::index::{Ask, Boosts, Found, Index, LiveIndex, SearchError, TantivyIndex};
use search::titles::Title;
use search::words::words;

const TITLES: [(&str, &str, &str); 12] = [
    ("Army of Me", "Björk", "Post"),
    ("Human Behaviour", "Björk", "Debut"),
    ("Love", "The Lanterns", "Winter Songs"),
    ("Love Me Twice", "The Lanterns", "Winter Songs"),
    ("Love (Live)", "The Lanterns", "At the Harbour"),
    ("Winter", "Ola Strand", "Love and Rain"),
    ("The The", "The And", "Of"),
    ("Rainbow Road", "Ola Strand", "Roads"),
    ("夜の海", "水城あおい", "海辺"),
    ("Señorita del Mar", "Los Faros", "Olas"),
    ("Don't Stop", "AC/DC Tribute", "1999"),
    ("Lore", "Nobody", "Nothing"),
];

fn titles() -> Vec<Title> {
    TITLES
        .iter()
        .enumerate()
        .map(|(number, (title, artist, album))| Title {
            track_id: format!("t{number:02}"),
            title: (*title).to_owned(),
            artist_name: (*artist).to_owned(),
            album: (*album).to_owned(),
        })
        .collect()
}

fn index() -> TantivyIndex {
    TantivyIndex::build(titles()).expect("the index is built")
}

fn ask(text: &str) -> Ask {
    Ask { words: words(text), boosts: Boosts { title: 2.0, artist: 1.5, album: 1.0 }, most: 10 }
}

async fn find(index: &TantivyIndex, text: &str) -> Found {
    index.search(ask(text), Duration::from_secs(10)).await.expect("the index answers")
}

fn ids(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.entry.shown.track_id.as_str()).collect()
}

#[tokio::test]
async fn words_find_what_people_expect() {
    let index = index();
    for (text, expected) in [
        // Diacritics, case and apostrophes do not matter.
        ("bjork", &["t00", "t01"][..]),
        ("BJÖRK army", &["t00"]),
        ("senorita", &["t09"]),
        ("dont stop", &["t10"]),
        // The last word may be the beginning of one.
        ("human beh", &["t01"]),
        ("rainb", &["t07", "t05"]),
        // One mistake is forgiven in words of five letters and more.
        ("rainbwo", &["t07"]),
        ("lanternz", &["t02", "t03", "t04"]),
        ("lor", &["t11"]),
        // Words that say little matter only where there are no others.
        ("the", &["t06", "t02", "t03", "t04"]),
        ("the human", &["t01"]),
        // Scripts without spaces are found by their characters.
        ("海", &["t08"]),
        ("夜の海", &["t08"]),
        // All of two words, all but one of three.
        ("winter army", &[]),
        ("love lanterns nonsense", &["t02", "t04", "t03"]),
        // Operators are words or nothing.
        ("title:love AND", &[]),
        ("\"army of me\"", &["t00"]),
        ("-love*", &["t02", "t04", "t03", "t05"]),
        ("1999", &["t10"]),
        ("1998", &[]),
        ("★", &[]),
    ] {
        let found = find(&index, text).await;
        assert_eq!(ids(&found), expected, "{text}");
    }
}

#[tokio::test]
async fn the_word_itself_is_better_than_what_it_may_be_a_mistake_for() {
    // A rare word one mistake away has a higher BM25 score of its own than the common word that was typed.
    let mut titles = titles();
    for number in 0..20 {
        let title = if number == 0 { "Lovers Lane" } else { "Lovely Lane" };
        titles.push(Title {
            track_id: format!("u{number:02}"),
            title: title.to_owned(),
            ..titles[2].clone()
        });
    }
    titles.push(Title { track_id: "u99".to_owned(), title: "Lonely Lane".to_owned(), ..titles[2].clone() });
    let index = TantivyIndex::build(titles).expect("the index is built");
    let found = find(&index, "lovely lane").await;
    assert_eq!(found.hits[0].entry.shown.title, "Lovely Lane");
    assert_eq!(ids(&found).last(), Some(&"u10"), "only the best ten are given, and of equals the first");
    assert!(found.matches > 19, "all are counted");
}

#[tokio::test]
async fn equal_scores_stand_by_track_and_the_best_are_the_beginning_of_more() {
    let same = |number| Title { track_id: format!("t{number:04}"), ..titles()[2].clone() };
    let index = TantivyIndex::build((0..3_000).rev().map(same).collect()).expect("the index is built");
    let found = find(&index, "love").await;
    assert_eq!(
        ids(&found),
        ["t0000", "t0001", "t0002", "t0003", "t0004", "t0005", "t0006", "t0007", "t0008", "t0009"]
    );
    assert_eq!(found.matches, 3_000);
}

#[test]
fn two_builds_find_the_same_to_the_last_bit_whatever_their_order_and_threads() {
    let mut reversed = titles();
    reversed.reverse();
    let (one, other) = (index(), TantivyIndex::build(reversed).expect("the index is built"));
    let texts = ["love", "the l", "bjork", "winter songs of love", "rainbwo road", "a", "o"];
    let all = |index: &TantivyIndex, threads| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
            .expect("a runtime starts");
        texts.map(|text| {
            let found = runtime.block_on(find(index, text));
            found
                .hits
                .iter()
                .map(|hit| (hit.entry.shown.track_id.clone(), hit.score.to_bits()))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(all(&one, 1), all(&other, 4));
}

#[tokio::test]
async fn a_search_without_time_says_so() {
    let same = |number| Title { track_id: format!("t{number:06}"), ..titles()[2].clone() };
    let index = TantivyIndex::build((0..50_000).map(same).collect()).expect("the index is built");
    let result = index.search(ask("love lantern winter"), Duration::from_nanos(1)).await;
    assert!(matches!(result, Err(SearchError::Timeout)), "{result:?}");
}

#[tokio::test]
async fn a_reload_takes_titles_that_are_right_and_keeps_the_old_index_else() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let file = folder.path().join("titles.jsonl");
    let line = |title: &str| {
        format!("{{\"id\":\"t1\",\"at\":1,\"title\":\"{title}\",\"artist_name\":\"A B\",\"album\":\"C\"}}\n")
    };
    fs::write(&file, line("Old")).expect("the file is written");
    let index = LiveIndex::open(folder.path(), None).expect("the titles are right");
    let finds = async |text: &str| {
        let found = index.search(ask(text), Duration::from_secs(10)).await;
        !found.expect("the index answers").hits.is_empty()
    };
    assert!(finds("old").await);
    for wrong in ["{", "", "\u{0}", &line("Old").repeat(2), "[]\n"] {
        fs::write(&file, wrong).expect("the file is written");
        index.reload().await.expect_err("the titles are wrong");
        assert!(finds("old").await, "the old index is kept");
    }
    fs::write(&file, line("New")).expect("the file is written");
    index.reload().await.expect("the titles are right");
    assert!(finds("new").await && !finds("old").await);
}

#[test]
fn no_titles_are_refused() {
    let error = TantivyIndex::build(Vec::new()).err().expect("there is nothing to find");
    assert_eq!(error.to_string(), "failed to take the titles: there are none");
}

proptest! {
    #[test]
    fn no_text_breaks_the_index(text in "\\PC{0,80}|([a-z]{1,7} ){1,20}|[*?~^:\"()\\[\\]{}+\\-!&| love]{0,80}") {
        static INDEX: std::sync::OnceLock<TantivyIndex> = std::sync::OnceLock::new();
        let index = INDEX.get_or_init(index);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let found = runtime.block_on(find(index, &text));
        prop_assert!(found.hits.len() <= found.matches && found.matches <= TITLES.len());
        prop_assert!(found.hits.iter().all(|hit| hit.score.is_finite() && hit.score > 0.0));
        prop_assert!(found.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }
}
