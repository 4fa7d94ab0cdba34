//! How a text fits a track, in numbers between 0 and 1 that do not depend on what else was found.
use crate::index::Entry;

/// The BM25 score at which a text fits half as well as it can.
const HALF: f64 = 12.0;

/// Words that say that a recording is not the usual one.
const VERSION_WORDS: [&str; 8] =
    ["acoustic", "cover", "demo", "instrumental", "karaoke", "live", "remix", "tribute"];

/// Where the words of a text stand.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fit {
    /// The share of the typed words that are in the title.
    pub title: f64,
    /// The share of the typed words that are in the artist's name.
    pub artist: f64,
    /// 1 if the title is the typed words and no others, in their order.
    pub whole_title: f64,
    /// The share of the title's words that were not typed.
    pub title_rest: f64,
    /// 1 if the title says that it is another version, such as a live one, and nobody asked for that.
    pub other_version: f64,
}

/// How well a text fits by its BM25 score: `score / (score + 12)`.
///
/// The engine's scores are `f32`; each is an `f64` exactly, and all that follows is computed in that.
pub fn text_fit(score: f32) -> f64 {
    let score = f64::from(score);
    score / (score + HALF)
}

/// Where folded words stand in a track's title and artist. The last word counts as standing where a word begins with it.
pub fn fit(typed: &[String], entry: &Entry) -> Fit {
    let title: Vec<_> = entry.title.split_whitespace().collect();
    let artist: Vec<_> = entry.artist.split_whitespace().collect();
    let meant = |place: usize, word: &str, other: &str| {
        if place + 1 == typed.len() { other.starts_with(word) } else { other == word }
    };
    let share = |words: &[&str]| {
        let there = |(place, word): &(usize, &String)| words.iter().any(|other| meant(*place, word, other));
        ratio(typed.iter().enumerate().filter(there).count(), typed.len())
    };
    let rest =
        title.iter().filter(|other| !typed.iter().enumerate().any(|(place, word)| meant(place, word, other)));
    let other_version =
        VERSION_WORDS.iter().any(|word| title.contains(word) && !typed.iter().any(|typed| typed == word));
    Fit {
        title: share(&title),
        artist: share(&artist),
        whole_title: f64::from(u8::from(!typed.is_empty() && title.iter().eq(typed.iter()))),
        title_rest: ratio(rest.count(), title.len()),
        other_version: f64::from(u8::from(other_version)),
    }
}

fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::titles::Title;
    use crate::words::words;

    fn of(text: &str, title: &str, artist: &str) -> Fit {
        let shown = Title {
            track_id: String::new(),
            title: title.to_owned(),
            artist_name: artist.to_owned(),
            album: String::new(),
        };
        fit(&words(text), &Entry::from(shown))
    }

    #[test]
    fn words_are_counted_where_they_stand() {
        let fit = of("Björk army", "Army of Me", "Björk");
        assert_eq!((fit.title, fit.artist, fit.whole_title), (0.5, 0.5, 0.0));
        assert_eq!(fit.title_rest, 2.0 / 3.0);
    }

    #[test]
    fn a_title_typed_as_it_is_is_whole() {
        assert_eq!(of("army of me", "Army of Me", "Björk").whole_title, 1.0);
        assert_eq!(of("army of", "Army of Me", "Björk").whole_title, 0.0);
        assert_eq!(
            of("army of m", "Army of Me", "Björk"),
            Fit { whole_title: 0.0, ..of("army of me", "Army of Me", "Björk") }
        );
    }

    #[test]
    fn another_version_is_one_that_nobody_asked_for() {
        assert_eq!(of("love", "Love (Live)", "A").other_version, 1.0);
        assert_eq!(of("love live", "Love (Live)", "A").other_version, 0.0);
        assert_eq!(of("love", "Love", "A").other_version, 0.0);
    }

    #[test]
    fn nothing_typed_and_nothing_to_find_are_no_numbers_out_of_range() {
        assert_eq!(of("", "", ""), Fit { whole_title: 0.0, ..Fit::default() });
        assert_eq!((text_fit(0.0), text_fit(12.0)), (0.0, 0.5));
    }
}
