//! Only the genres that were asked for.
use pipeline::Filter;

use crate::candidate::Candidate;
use crate::query::Query;

/// Takes out what is not known to be of one of the genres that were asked for, if any were.
#[derive(Debug)]
pub(crate) struct GenreFilter;

impl Filter<Query, Candidate> for GenreFilter {
    fn name(&self) -> &'static str {
        "genre"
    }

    fn keep(&self, query: &Query, candidate: &Candidate) -> bool {
        query.genres.is_empty()
            || candidate.track.genre.as_ref().is_some_and(|genre| query.genres.contains(genre))
    }
}
