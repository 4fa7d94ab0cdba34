//! The full-text index of tantivy: in memory, one segment, its documents in the order of their tracks.
//!
//! BM25 depends on how documents lie in segments, and equal scores on their order. One segment, written by one thread from
//! titles by ascending track identifier, makes both the same in every build. A typed text never meets a query parser:
//! the query is built of its words.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tantivy::directory::RamDirectory;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{IndexReader, ReloadPolicy, Searcher, TERMINATED, TantivyDocument, TantivyError};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::best::Best;
use super::word_query::WordQuery;
use super::{Ask, BuildError, Entry, Found, Hit, Index, SearchError};
use crate::titles::{Title, TitlesError};

/// The most titles that an index takes: some 400 MB.
const MAX_TITLES: usize = 1_000_000;
/// The memory that writing begins with, in bytes.
const WRITER_BYTES: usize = 32 << 20;
/// Documents that are looked at between two looks at whether anybody still waits.
const STRIDE: usize = 1_024;

/// Titles in an index of tantivy.
#[derive(Clone)]
pub struct TantivyIndex {
    searcher: Searcher,
    fields: [Field; 3],
    entries: Arc<[Arc<Entry>]>,
}

impl TantivyIndex {
    /// Builds an index of titles.
    ///
    /// # Errors
    /// [`BuildError::Titles`] of no titles, [`BuildError::TooMany`] of more than a million, [`BuildError::Engine`] if the
    /// engine fails.
    pub fn build(mut titles: Vec<Title>) -> Result<Self, BuildError> {
        if titles.is_empty() {
            return Err(TitlesError::Empty.into());
        }
        if titles.len() > MAX_TITLES {
            return Err(BuildError::TooMany { count: titles.len(), most: MAX_TITLES });
        }
        titles.sort_by(|one, other| one.track_id.cmp(&other.track_id));
        let entries: Vec<_> = titles.into_iter().map(|title| Arc::new(Entry::from(title))).collect();
        let (searcher, fields) = index(&entries).map_err(|error| BuildError::Engine(error.into()))?;
        Ok(Self { searcher, fields, entries: entries.into() })
    }

    fn search_now(&self, ask: &Ask, stop: &AtomicBool) -> Result<Found, SearchError> {
        let Some(query) = WordQuery::new(&self.searcher, self.fields, ask).map_err(engine)? else {
            return Ok(Found::default());
        };
        let weight = query.weight(&self.searcher).map_err(engine)?;
        let mut best = Best::of(ask.most);
        for reader in self.searcher.segment_readers() {
            let mut scorer = weight.scorer(reader, 1.0).map_err(engine)?;
            let mut document = scorer.doc();
            while document != TERMINATED {
                if best.seen().is_multiple_of(STRIDE) && stop.load(Ordering::Relaxed) {
                    return Err(SearchError::Timeout);
                }
                best.push(scorer.score(), document);
                document = scorer.advance();
            }
        }
        let matches = best.seen();
        let hit = |(score, document): (f32, u32)| {
            let entry = self.entries.get(document as usize)?.clone();
            Some(Hit { entry, score })
        };
        Ok(Found { hits: best.ranked().into_iter().filter_map(hit).collect(), matches })
    }
}

#[async_trait]
impl Index for TantivyIndex {
    async fn search(&self, ask: Ask, within: Duration) -> Result<Found, SearchError> {
        let index = self.clone();
        let stop = StopOnDrop(Arc::new(AtomicBool::new(false)));
        let flag = stop.0.clone();
        // Arithmetic without a pause must not hold up other requests of this thread. Whether the time is over or the
        // caller gone, dropping `stop` ends the search.
        let search = spawn_blocking(move || index.search_now(&ask, &flag));
        timeout(within, search).await.map_err(|_elapsed| SearchError::Timeout)?.map_err(engine)?
    }
}

/// Says stop once nobody waits any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn index(entries: &[Arc<Entry>]) -> Result<(Searcher, [Field; 3]), TantivyError> {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    let options = TextOptions::default().set_indexing_options(indexing);
    let mut schema = Schema::builder();
    let fields = ["title", "artist", "album"].map(|name| schema.add_text_field(name, options.clone()));
    let mut writer = tantivy::Index::builder()
        .schema(schema.build())
        .single_segment_index_writer::<TantivyDocument>(RamDirectory::create(), WRITER_BYTES)?;
    for entry in entries {
        let mut document = TantivyDocument::default();
        for (field, text) in fields.into_iter().zip([&entry.title, &entry.artist, &entry.album]) {
            document.add_text(field, text);
        }
        writer.add_document(document)?;
    }
    let index = writer.finalize()?;
    let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((reader.searcher(), fields))
}

fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SearchError {
    SearchError::Engine(error.into())
}
