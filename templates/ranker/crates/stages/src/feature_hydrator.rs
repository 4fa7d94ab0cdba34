//! What the feature store knows about the candidates.
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use features::{FeatureStore, Key, Record};
use pipeline::{Hydrator, OnFailure, StageError};

use crate::read::read;

/// Reads what the store knows about all candidates, in one batch. Without it they are ranked as if nothing was known.
pub struct FeatureHydrator<Q, C, H> {
    store: Arc<dyn FeatureStore>,
    key: fn(&C) -> Key,
    decode: fn(&Q, &Record) -> H,
    put: fn(&mut C, H),
}

impl<Q, C, H> FeatureHydrator<Q, C, H> {
    /// Reads the records of the candidates' keys, decodes and puts them into their candidates.
    pub fn new(
        store: Arc<dyn FeatureStore>,
        key: fn(&C) -> Key,
        decode: fn(&Q, &Record) -> H,
        put: fn(&mut C, H),
    ) -> Self {
        Self { store, key, decode, put }
    }
}

#[async_trait]
impl<Q, C, H> Hydrator<Q, C> for FeatureHydrator<Q, C, H>
where
    Q: Sync,
    C: Sync,
    H: Default + Send + 'static,
{
    type Hydration = H;

    fn name(&self) -> &'static str {
        "features"
    }

    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }

    async fn hydrate(&self, query: &Q, candidates: &[C], within: Duration) -> Result<Vec<H>, StageError> {
        let keys: Vec<_> = candidates.iter().map(self.key).collect();
        let records = read(&*self.store, &keys, within).await?;
        let decode = |record: &Option<Record>| {
            record.as_ref().map(|record| (self.decode)(query, record)).unwrap_or_default()
        };
        Ok(records.iter().map(decode).collect())
    }

    fn apply(&self, candidate: &mut C, hydration: H) {
        (self.put)(candidate, hydration);
    }
}

#[cfg(test)]
mod tests {
    use features::{Feature, StoreError, Value};

    use super::*;

    const ENERGY: Feature<f64> = Feature::new("energy");

    type Records = Result<Vec<Option<Record>>, StoreError>;

    struct Fake(fn(&[Key]) -> Records);

    #[async_trait]
    impl FeatureStore for Fake {
        async fn read(&self, keys: &[Key], _: Duration) -> Records {
            (self.0)(keys)
        }
    }

    type Item = (String, Option<f64>);

    async fn hydrate(fake: Fake) -> Result<Vec<Option<f64>>, StageError> {
        let hydrator = FeatureHydrator::<(), Item, Option<f64>>::new(
            Arc::new(fake),
            |item| Key::track(&item.0),
            |(), record| ENERGY.read(record, std::time::SystemTime::UNIX_EPOCH),
            |item, energy| item.1 = energy,
        );
        let items = ["a", "b"].map(|id| (id.to_owned(), None));
        hydrator.hydrate(&(), &items, Duration::from_millis(1)).await
    }

    #[tokio::test]
    async fn all_candidates_are_read_in_one_batch_and_in_their_order() {
        let known = |keys: &[Key]| {
            assert_eq!(keys, [Key::track("a"), Key::track("b")]);
            let record = Record::new(0, [("energy".to_owned(), Value::Number(0.5))]);
            Ok(vec![None, Some(record)])
        };
        assert_eq!(hydrate(Fake(known)).await.expect("the store answers"), [None, Some(0.5)]);
    }

    #[tokio::test]
    async fn a_store_that_fails_says_how() {
        let slow = hydrate(Fake(|_| Err(StoreError::Timeout))).await;
        assert!(matches!(slow, Err(StageError::Timeout)));
        let broken = hydrate(Fake(|_| Err(StoreError::Engine("down".into())))).await;
        assert!(matches!(broken, Err(StageError::Dependency(_))));
    }
}
