//! How long the index takes to be built, and to answer: over the committed titles, and over a hundred times as many.
//!
//! `cargo bench -p search --bench index` prints a table; it holds nothing to a limit, since machines differ.
use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use search::index::{Ask, Boosts, Index, TantivyIndex};
use search::titles::{Title, read_titles};
use search::words::words;

const ROUNDS: usize = 200;

/// What is asked: from what is easy to what is meant to be hard.
const TEXTS: [(&str, &str); 9] = [
    ("one rare word", "gavotte"),
    ("title and artist", "golden lantern nora meadows"),
    ("one common word", "love"),
    ("a word begun", "go"),
    ("a mistake in each word", "goldne lantren carousle"),
    ("only stop words", "the of and"),
    (
        "twelve words to mistake",
        "lantern carousel harbour satellite telephone horizon hurricane stranger window mirror garden thunder",
    ),
    ("letters", "a b c d e f g h i j k l"),
    ("nothing", "qzxv wvkkj"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let committed = read_titles(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data"), None)?;
    let many = multiplied(&committed, 100);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut report = String::new();
    for titles in [committed, many] {
        let count = titles.len();
        let started = Instant::now();
        let index = TantivyIndex::build(titles)?;
        writeln!(report, "{count} titles, built in {:.2} s", started.elapsed().as_secs_f64())?;
        writeln!(report, "{:<26}{:>9}{:>10}{:>10}", "asked", "matches", "p50 ms", "p99 ms")?;
        for (what, text) in TEXTS {
            let (matches, mut took) = runtime.block_on(ask(&index, text))?;
            took.sort_unstable();
            let at = |share: usize| {
                took.get(took.len() * share / 100).copied().unwrap_or_default().as_secs_f64() * 1e3
            };
            writeln!(report, "{what:<26}{matches:>9}{:>10.3}{:>10.3}", at(50), at(99))?;
        }
        writeln!(report)?;
    }
    Ok(io::stdout().write_all(report.as_bytes())?)
}

/// How many tracks fit a text, and how long each of the rounds took.
async fn ask(index: &TantivyIndex, text: &str) -> Result<(usize, Vec<Duration>), Box<dyn Error>> {
    let ask = Ask { words: words(text), boosts: Boosts { title: 3.0, artist: 2.0, album: 1.0 }, most: 500 };
    let (mut matches, mut took) = (0, Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        let started = Instant::now();
        matches = index.search(ask.clone(), Duration::from_secs(30)).await?.matches;
        took.push(started.elapsed());
    }
    Ok((matches, took))
}

/// As many copies, each title with words of another one, and every third with a word that only few have.
fn multiplied(titles: &[Title], copies: usize) -> Vec<Title> {
    let mut many = Vec::with_capacity(titles.len() * copies);
    for copy in 0..copies {
        for (number, title) in titles.iter().enumerate() {
            let other = &titles[(number * 7 + copy * 131) % titles.len()];
            let rare = if number % 3 == 0 { made_up(number * copies + copy) } else { String::new() };
            many.push(Title {
                track_id: format!("{}-{copy:03}", title.track_id),
                title: format!("{} {} {rare}", title.title, other.album),
                artist_name: other.artist_name.clone(),
                album: title.album.clone(),
            });
        }
    }
    many
}

/// One of some hundred thousand words of syllables.
fn made_up(number: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ba", "chi", "do", "fe", "gu", "ha", "ki", "lo", "mar", "ne", "po", "qui", "ra", "sol", "ti", "vu",
        "wen", "xa", "yor", "zu",
    ];
    let mut word = String::new();
    let mut rest = number;
    for _ in 0..4 {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
    }
    word
}
