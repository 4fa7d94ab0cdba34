//! The full-text index of tantivy: in memory, one segment, its documents in the order of their tracks.
//!
//! BM25 depends on how documents lie in segments, and equal scores on their order. One segment, written by one thread from
//! titles by ascending track identifier, makes both the same in every build. A typed text never meets a query parser:
//! the query is built of its words.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tantivy::directory::RamDirectory;
use tantivy::query::{
    Bm25StatisticsProvider, BooleanQuery, BoostQuery, DisjunctionMaxQuery, EnableScoring, Occur, Query,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{ReloadPolicy, Searcher, TERMINATED, TantivyDocument, TantivyError, Term};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::best::Best;
use super::expansion::{Asked, Variant, variants};
use super::{Ask, Boosts, BuildError, Entry, Found, Hit, Index, SearchError};
use crate::titles::Title;
use crate::words::is_stop_word;

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
    /// [`BuildError::TooMany`] of more than a million titles, [`BuildError::Engine`] if the engine fails.
    pub fn build(mut titles: Vec<Title>) -> Result<Self, BuildError> {
        if titles.len() > MAX_TITLES {
            return Err(BuildError::TooMany { count: titles.len(), most: MAX_TITLES });
        }
        titles.sort_by(|one, other| one.track_id.cmp(&other.track_id));
        let entries: Vec<_> = titles.into_iter().map(|title| Arc::new(Entry::from(title))).collect();
        let (searcher, fields) = index(&entries).map_err(|error| BuildError::Engine(error.into()))?;
        Ok(Self { searcher, fields, entries: entries.into() })
    }

    fn search_now(&self, ask: &Ask, stop: &AtomicBool) -> Result<Found, SearchError> {
        let Some((query, documents)) = self.query(ask).map_err(engine)? else { return Ok(Found::default()) };
        let statistics = Shared { searcher: &self.searcher, documents };
        let scoring = EnableScoring::enabled_from_statistics_provider(&statistics, &self.searcher);
        let weight = query.weight(scoring).map_err(engine)?;
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

    /// The query for words, with the number of documents that each of its terms is said to be in; `None` if nothing can
    /// fit.
    fn query(&self, ask: &Ask) -> Result<Option<(BooleanQuery, BTreeMap<Term, u64>)>, TantivyError> {
        let reader = self.searcher.segment_reader(0);
        let mut asked = Vec::with_capacity(self.fields.len());
        for field in self.fields {
            asked.push(Asked { field, words: reader.inverted_index(field)? });
        }
        let all: u64 = self.searcher.num_docs();
        let only_stop_words = ask.words.iter().all(|word| is_stop_word(word));
        let mut documents: BTreeMap<Term, u64> = BTreeMap::new();
        let (mut required, mut optional, mut expected) = (Vec::new(), Vec::new(), 0_usize);
        for (place, word) in ask.words.iter().enumerate() {
            let is_last = place + 1 == ask.words.len();
            let mut clauses: Vec<Box<dyn Query>> = Vec::new();
            let mut stands_for = Vec::new();
            for (asked, boost) in asked.iter().zip(boosts(ask.boosts)) {
                for variant in variants(asked, word, is_last)? {
                    clauses.push(clause(&variant, boost));
                    stands_for.push(variant);
                }
            }
            // All that a word stands for shares one document frequency: a rare word that is a mistake away must not weigh
            // more than the word itself.
            let shared = stands_for.iter().map(|variant| variant.documents).sum::<u64>().min(all);
            for Variant { term, .. } in stands_for {
                let known = documents.entry(term).or_default();
                *known = shared.max(*known);
            }
            let may_miss = is_stop_word(word) && !only_stop_words;
            expected += usize::from(!may_miss);
            if !clauses.is_empty() {
                let list = if may_miss { &mut optional } else { &mut required };
                list.push(Box::new(DisjunctionMaxQuery::new(clauses)) as Box<dyn Query>);
            }
        }
        let least = if expected > 2 { expected - 1 } else { expected };
        if required.is_empty() || required.len() < least {
            return Ok(None);
        }
        let required = BooleanQuery::union_with_minimum_required_clauses(required, least);
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(required))];
        clauses.extend(optional.into_iter().map(|query| (Occur::Should, query)));
        Ok(Some((BooleanQuery::new(clauses), documents)))
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

/// The statistics of the index, save that what one word stands for shares one document frequency.
struct Shared<'a> {
    searcher: &'a Searcher,
    documents: BTreeMap<Term, u64>,
}

impl Bm25StatisticsProvider for Shared<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Bm25StatisticsProvider::total_num_tokens(self.searcher, field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Bm25StatisticsProvider::total_num_docs(self.searcher)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        match self.documents.get(term) {
            Some(documents) => Ok(*documents),
            None => Bm25StatisticsProvider::doc_freq(self.searcher, term),
        }
    }
}

fn clause(variant: &Variant, boost: f32) -> Box<dyn Query> {
    let term = TermQuery::new(variant.term.clone(), IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(term), boost * variant.closeness))
}

fn boosts(boosts: Boosts) -> [f32; 3] {
    [boosts.title, boosts.artist, boosts.album]
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
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    let reader: tantivy::IndexReader = reader;
    Ok((reader.searcher(), fields))
}

fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SearchError {
    SearchError::Engine(error.into())
}
