//! What the second phase has time for.
use pipeline::{Scored, Selector, Split};

use crate::candidate::Candidate;
use crate::query::Query;

/// Keeps the best of the first phase, as many as the profile scores again.
#[derive(Debug)]
pub(crate) struct RerankCut {
    rerank: usize,
}

impl RerankCut {
    pub(crate) fn new(rerank: usize) -> Self {
        Self { rerank }
    }
}

impl Selector<Query, Candidate> for RerankCut {
    fn name(&self) -> &'static str {
        "rerank"
    }

    fn select(&self, _query: &Query, mut ranked: Vec<Scored<Candidate>>) -> Split<Scored<Candidate>> {
        let removed = ranked.split_off(self.rerank.min(ranked.len()));
        Split { kept: ranked, removed }
    }
}
