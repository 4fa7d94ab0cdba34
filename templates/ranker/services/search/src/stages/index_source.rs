//! The tracks that fit what was typed.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalogue::Track;
use pipeline::{OnFailure, Source, StageError};

use crate::candidate::Candidate;
use crate::fit::{fit, text_fit};
use crate::index::{Ask, Boosts, Index, SearchError};
use crate::query::Query;

/// Finds the tracks that the typed words fit best.
pub(crate) struct IndexSource {
    index: Arc<dyn Index>,
    boosts: Boosts,
    most: usize,
}

impl IndexSource {
    /// Finds `most` tracks, by words with these boosts.
    pub(crate) fn new(index: Arc<dyn Index>, boosts: Boosts, most: usize) -> Self {
        Self { index, boosts, most }
    }
}

#[async_trait]
impl Source<Query, Candidate> for IndexSource {
    fn name(&self) -> &'static str {
        "index"
    }

    fn on_failure(&self) -> OnFailure {
        // Nothing else knows what was meant.
        OnFailure::Fail
    }

    async fn fetch(&self, query: &Query, within: Duration) -> Result<Vec<Candidate>, StageError> {
        let ask = Ask { words: query.words.clone(), boosts: self.boosts, most: self.most };
        let found = self.index.search(ask, within).await.map_err(|error| match error {
            SearchError::Timeout => StageError::Timeout,
            SearchError::Engine(_) => StageError::dependency(error),
        })?;
        // Set once: a query is ranked once.
        query.matches.get_or_init(|| found.matches);
        Ok(found
            .hits
            .into_iter()
            .map(|hit| Candidate {
                text: text_fit(hit.score),
                fit: fit(&query.words, &hit.entry),
                entry: hit.entry,
                track: Track::default(),
            })
            .collect())
    }
}
