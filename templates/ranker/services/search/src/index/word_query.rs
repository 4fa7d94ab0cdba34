//! The query for typed words, built of them and never parsed, with the statistics by which it is scored.
use std::collections::BTreeMap;

use tantivy::query::{
    Bm25StatisticsProvider, BooleanQuery, BoostQuery, DisjunctionMaxQuery, EnableScoring, Occur, Query,
    TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyError, Term};

use super::expansion::{Asked, Variant, variants};
use super::{Ask, Boosts};
use crate::words::is_stop_word;

/// A query for words.
pub(super) struct WordQuery {
    query: BooleanQuery,
    /// How many documents each term is said to be in.
    documents: BTreeMap<Term, u64>,
}

impl WordQuery {
    /// The query for what is asked; `None` if nothing can fit.
    pub(super) fn new(
        searcher: &Searcher,
        fields: [Field; 3],
        ask: &Ask,
    ) -> Result<Option<Self>, TantivyError> {
        let reader = searcher.segment_reader(0);
        let mut asked = Vec::with_capacity(fields.len());
        for field in fields {
            asked.push(Asked { field, words: reader.inverted_index(field)? });
        }
        let only_stop_words = ask.words.iter().all(|word| is_stop_word(word));
        let mut documents = BTreeMap::new();
        let (mut required, mut optional, mut expected) = (Vec::new(), Vec::new(), 0_usize);
        for (place, word) in ask.words.iter().enumerate() {
            let mut clauses = Vec::new();
            let mut stands_for = Vec::new();
            for (asked, boost) in asked.iter().zip(boosts(ask.boosts)) {
                for variant in variants(asked, word, place + 1 == ask.words.len())? {
                    clauses.push(clause(&variant, boost));
                    stands_for.push(variant);
                }
            }
            share_documents(stands_for, searcher.num_docs(), &mut documents);
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
        Ok(Some(Self { query: BooleanQuery::new(clauses), documents }))
    }

    /// The query as the engine runs it.
    pub(super) fn weight(&self, searcher: &Searcher) -> Result<Box<dyn Weight>, TantivyError> {
        let shared = Shared { searcher, documents: &self.documents };
        self.query.weight(EnableScoring::enabled_from_statistics_provider(&shared, searcher))
    }
}

/// Gives all that a word stands for one document frequency: a rare word that is a mistake away must not weigh more than
/// the word itself.
fn share_documents(stands_for: Vec<Variant>, all: u64, documents: &mut BTreeMap<Term, u64>) {
    let shared = stands_for.iter().map(|variant| variant.documents).sum::<u64>().min(all);
    for Variant { term, .. } in stands_for {
        let known = documents.entry(term).or_default();
        *known = shared.max(*known);
    }
}

fn clause(variant: &Variant, boost: f32) -> Box<dyn Query> {
    let term = TermQuery::new(variant.term.clone(), IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(term), boost * variant.closeness))
}

fn boosts(boosts: Boosts) -> [f32; 3] {
    [boosts.title, boosts.artist, boosts.album]
}

/// The statistics of the index, save for the document frequencies that are shared.
struct Shared<'a> {
    searcher: &'a Searcher,
    documents: &'a BTreeMap<Term, u64>,
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
