//! What is believed about the long-term reward of the candidates.
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use catalogue::belief;
use features::{FeatureStore, Key, Record};
use pipeline::{Hydrator, OnFailure, StageError};
use reward::{Belief, Filter};
use stages::read;

use crate::candidate::Candidate;
use crate::query::Query;

/// Reads the beliefs about all candidates, in one batch. A track of which nothing is known is believed what the prior
/// says, and what is known of old fades toward that. Without beliefs the short term decides alone.
pub(crate) struct BeliefHydrator {
    store: Arc<dyn FeatureStore>,
    filter: Filter,
}

impl BeliefHydrator {
    pub(crate) fn new(store: Arc<dyn FeatureStore>) -> Self {
        Self { store, filter: Filter::default() }
    }
}

#[async_trait]
impl Hydrator<Query, Candidate> for BeliefHydrator {
    type Hydration = Belief;

    fn name(&self) -> &'static str {
        "beliefs"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn hydrate(
        &self,
        query: &Query,
        candidates: &[Candidate],
        within: Duration,
    ) -> Result<Vec<Belief>, StageError> {
        let keys: Vec<_> = candidates.iter().map(|candidate| Key::belief(&candidate.track_id)).collect();
        let records = read(&*self.store, &keys, within).await?;
        let believed = |record: &Option<Record>| {
            let known = record.as_ref().and_then(|record| believed(record, &self.filter, query.now));
            known.unwrap_or(self.filter.prior())
        };
        Ok(records.iter().map(believed).collect())
    }

    fn apply(&self, candidate: &mut Candidate, belief: Belief) {
        candidate.belief = Some(belief);
    }
}

/// What is left at the time `now` of a belief in a record; `None` if what is there is no belief.
fn believed(record: &Record, filter: &Filter, now: SystemTime) -> Option<Belief> {
    let belief = Belief::new(belief::MEAN.read(record, now)?, belief::VARIANCE.read(record, now)?).ok()?;
    let days = record.age(belief::MEAN.name(), now).as_secs() / 86_400;
    Some(filter.forget(belief, days))
}

#[cfg(test)]
mod tests {
    use features::Value;

    use super::*;

    fn read(mean: f64, variance: f64, day: u64) -> Option<Belief> {
        let values =
            [("mean".to_owned(), Value::Number(mean)), ("variance".to_owned(), Value::Number(variance))];
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(day * 86_400);
        believed(&Record::new(100 * 86_400, values), &Filter::default(), now)
    }

    #[test]
    fn a_belief_fades_from_the_day_of_its_record_on() {
        let filter = Filter::default();
        let belief = Belief::new(0.2, 0.001).expect("in range");
        assert_eq!(read(0.2, 0.001, 100), Some(filter.forget(belief, 0)));
        assert_eq!(read(0.2, 0.001, 130), Some(filter.forget(belief, 30)));
        assert_eq!(read(0.2, 0.001, 99), Some(filter.forget(belief, 0)), "a record from the future is fresh");
    }

    #[test]
    fn what_is_no_belief_is_none() {
        for (mean, variance) in [(f64::NAN, 0.1), (0.1, f64::INFINITY), (0.1, 0.0), (0.1, -1.0)] {
            assert_eq!(read(mean, variance, 100), None);
        }
        assert_eq!(believed(&Record::default(), &Filter::default(), SystemTime::UNIX_EPOCH), None);
    }
}
