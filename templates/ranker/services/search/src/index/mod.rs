//! The full-text index behind a trait: what is asked of it, what it finds, and how it fails.
//!
//! The engine is named in `tantivy_index`, `word_query` and `expansion` alone.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

mod best;
mod expansion;
mod live_index;
mod tantivy_index;
mod word_query;

pub use live_index::LiveIndex;
pub use tantivy_index::TantivyIndex;

use crate::titles::{Title, TitlesError};
use crate::words::words;

/// What is looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Folded words, as [`crate::words::words`] makes them; the last may be the beginning of one.
    pub words: Vec<String>,
    /// What a word is worth where it is found.
    pub boosts: Boosts,
    /// How many hits are given at most.
    pub most: usize,
}

/// What a word is worth in a field, as a factor of its BM25 score.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boosts {
    /// In the title.
    pub title: f32,
    /// In the artist's name.
    pub artist: f32,
    /// In the album's title.
    pub album: f32,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The best hits, by descending score, equal ones by ascending track identifier.
    pub hits: Vec<Hit>,
    /// How many tracks fit, those beyond the best ones included.
    pub matches: usize,
}

/// A track that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What the track is called.
    pub entry: Arc<Entry>,
    /// How well it fits: a BM25 score, above 0.
    pub score: f32,
}

/// A title with the words that it is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The title as people read it.
    pub shown: Title,
    /// The words of the title, with a space between each.
    pub title: String,
    /// The words of the artist's name.
    pub artist: String,
    /// The words of the album's title.
    pub album: String,
}

impl From<Title> for Entry {
    fn from(shown: Title) -> Self {
        let folded = |text: &str| words(text).join(" ");
        Self {
            title: folded(&shown.title),
            artist: folded(&shown.artist_name),
            album: folded(&shown.album),
            shown,
        }
    }
}

/// A full-text index.
#[async_trait]
pub trait Index: Send + Sync {
    /// Finds the tracks that words fit: all of the words, of three and more all but one. Words that say little only have
    /// to be where there are no others.
    ///
    /// # Errors
    /// [`SearchError::Timeout`] if it takes longer than `within`, [`SearchError::Engine`] if the engine fails.
    async fn search(&self, ask: Ask, within: Duration) -> Result<Found, SearchError>;
}

/// Why there are no hits.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// It took longer than the time given.
    #[error("the index did not answer in time")]
    Timeout,
    /// The engine failed.
    #[error("failed to search the index")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The titles are wrong.
    #[error(transparent)]
    Titles(#[from] TitlesError),
    /// There are more titles than an index of this service takes.
    #[error("failed to build the index: {count} titles, at most {most} are taken")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many are taken.
        most: usize,
    },
    /// The engine failed.
    #[error("failed to build the index")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}
