//! A shelf of what the viewer heard before.
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{OnFailure, Source, StageError};

use crate::candidate::{Candidate, Kind, Shelf};
use crate::query::Query;

/// Tracks on the shelf at most.
const AT_MOST: usize = 60;
/// For how many days a track is remembered.
const DAYS: f64 = 60.0;

/// Fetches the tracks that the viewer heard within the last sixty days, the latest first. What was heard just now is
/// taken out by the filter that is there for it.
#[derive(Debug)]
pub(crate) struct HeardAgainSource;

#[async_trait]
impl Source<Query, Candidate> for HeardAgainSource {
    fn name(&self) -> &'static str {
        "heard-again"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn fetch(&self, query: &Query, _within: Duration) -> Result<Vec<Candidate>, StageError> {
        let shelf = Shelf::retrieved(Kind::HeardAgain, None);
        let days = query.history.keys().filter_map(|track| Some((query.days_since_heard(track)?, track)));
        let mut heard: Vec<_> = days.filter(|(days, _)| *days <= DAYS).collect();
        heard.sort_by(|one, other| one.0.total_cmp(&other.0).then_with(|| one.1.cmp(other.1)));
        heard.truncate(AT_MOST);
        Ok(heard.into_iter().map(|(_, track)| Candidate::new(&shelf, track)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::tests::query;

    #[tokio::test]
    async fn what_was_heard_lately_is_on_the_shelf_the_latest_first() {
        let mut query = query();
        let day = |day: u64| (day * 86_400) as f64;
        query.now = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(100 * 86_400);
        query.history =
            [("old", day(39)), ("b", day(90)), ("a", day(90)), ("late", day(99)), ("edge", day(40))]
                .map(|(track, at)| (track.to_owned(), at))
                .into();
        let fetched = HeardAgainSource.fetch(&query, Duration::ZERO).await.expect("nothing can fail");
        assert_eq!(fetched.iter().map(Candidate::id).collect::<Vec<_>>(), ["late", "a", "b", "edge"]);
        assert!(fetched.iter().all(|candidate| candidate.shelf.id == "heard-again"));
    }
}
