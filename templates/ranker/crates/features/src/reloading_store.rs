//! The store that serves, and how another one takes its place.
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::key::Key;
use crate::record::Record;
use crate::store::{FeatureStore, StoreError};

/// The store that serves, and how another one takes its place while requests are answered.
///
/// A batch is read from one store, whatever is loaded meanwhile.
pub struct ReloadingStore {
    current: RwLock<Arc<dyn FeatureStore>>,
    turn: Mutex<()>,
}

impl ReloadingStore {
    /// Serves a store.
    pub fn new(store: Arc<dyn FeatureStore>) -> Self {
        Self { current: RwLock::new(store), turn: Mutex::new(()) }
    }

    /// The store that serves.
    pub fn current(&self) -> Arc<dyn FeatureStore> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves the store that `load` gives, and gives back what else `load` has to say, such as a report. Batches that have
    /// begun end with the store that they began with. One load at a time; the next waits.
    ///
    /// # Errors
    /// What `load` fails with. Then the old store goes on serving.
    pub async fn reload<T, E>(
        &self,
        load: impl Future<Output = Result<(Arc<dyn FeatureStore>, T), E>>,
    ) -> Result<T, E> {
        let _turn = self.turn.lock().await;
        let (store, said) = load.await?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = store;
        Ok(said)
    }
}

#[async_trait]
impl FeatureStore for ReloadingStore {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        self.current().read(keys, within).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redb_store::RedbStore;

    fn store(at: u64) -> Arc<dyn FeatureStore> {
        let records = [(Key::track("a"), Record::new(at, []))].into();
        Arc::new(RedbStore::in_memory(&records).expect("the store opens"))
    }

    async fn at(store: &ReloadingStore) -> Option<u64> {
        let records =
            store.read(&[Key::track("a")], Duration::from_secs(5)).await.expect("the store answers");
        records[0].as_ref().map(|record| record.at)
    }

    #[tokio::test]
    async fn what_was_loaded_last_is_read() {
        let serving = ReloadingStore::new(store(1));
        assert_eq!(at(&serving).await, Some(1));
        let said = serving.reload(async { Ok::<_, ()>((store(2), "two")) }).await;
        assert_eq!((said, at(&serving).await), (Ok("two"), Some(2)));
    }

    #[tokio::test]
    async fn after_a_load_that_fails_the_old_store_serves_on() {
        let serving = ReloadingStore::new(store(1));
        let said = serving.reload::<(), _>(async { Err("garbage") }).await;
        assert_eq!((said, at(&serving).await), (Err("garbage"), Some(1)));
    }

    #[tokio::test]
    async fn while_one_is_loaded_the_old_store_is_read() {
        let serving = ReloadingStore::new(store(1));
        let read_meanwhile = async {
            assert_eq!(at(&serving).await, Some(1));
            Ok::<_, ()>((store(2), ()))
        };
        serving.reload(read_meanwhile).await.expect("the load succeeds");
        assert_eq!(at(&serving).await, Some(2));
    }
}
