//! The embedded store: redb, in a private file or in memory.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redb::backends::InMemoryBackend;
use redb::{Database, Durability, ReadableDatabase, TableDefinition};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::codec::{CodecError, decode, encode};
use crate::key::Key;
use crate::record::Record;
use crate::store::{FeatureStore, StoreError};

const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");

/// Records in an embedded redb database.
#[derive(Debug, Clone)]
pub struct RedbStore {
    database: Arc<Database>,
}

impl RedbStore {
    /// A store in a file that nobody else can open and that is gone with the process, so that several processes can run
    /// on one machine.
    ///
    /// # Errors
    /// [`StoreError::Engine`] if the file cannot be made or written, [`StoreError::Corrupt`] if a record is too large.
    pub fn in_private_file(records: &BTreeMap<Key, Record>) -> Result<Self, StoreError> {
        let file = tempfile::tempfile().map_err(engine)?;
        Self::filled(Database::builder().create_file(file).map_err(engine)?, records)
    }

    /// A store in memory.
    ///
    /// # Errors
    /// [`StoreError::Engine`] if the engine fails, [`StoreError::Corrupt`] if a record is too large.
    pub fn in_memory(records: &BTreeMap<Key, Record>) -> Result<Self, StoreError> {
        Self::filled(
            Database::builder().create_with_backend(InMemoryBackend::new()).map_err(engine)?,
            records,
        )
    }

    fn filled(database: Database, records: &BTreeMap<Key, Record>) -> Result<Self, StoreError> {
        let mut write = database.begin_write().map_err(engine)?;
        // The files that the records come from are the durable copy.
        write.set_durability(Durability::None).map_err(engine)?;
        {
            let mut table = write.open_table(RECORDS).map_err(engine)?;
            for (key, record) in records {
                let bytes = encode(record).map_err(|source| corrupt(key, source))?;
                table.insert(key.to_string().as_str(), bytes.as_slice()).map_err(engine)?;
            }
        }
        write.commit().map_err(engine)?;
        Ok(Self { database: Arc::new(database) })
    }

    fn read_now(&self, keys: &[Key]) -> Result<Vec<Option<Record>>, StoreError> {
        let table = self.database.begin_read().map_err(engine)?.open_table(RECORDS).map_err(engine)?;
        let read = |key: &Key| match table.get(key.to_string().as_str()).map_err(engine)? {
            None => Ok(None),
            Some(bytes) => decode(bytes.value()).map(Some).map_err(|source| corrupt(key, source)),
        };
        keys.iter().map(read).collect()
    }
}

#[async_trait]
impl FeatureStore for RedbStore {
    async fn read(&self, keys: &[Key], within: Duration) -> Result<Vec<Option<Record>>, StoreError> {
        let (store, keys) = (self.clone(), keys.to_vec());
        // Pages may have to come from the disk, which must not hold up other requests of this thread.
        let read = spawn_blocking(move || store.read_now(&keys));
        timeout(within, read).await.map_err(|_elapsed| StoreError::Timeout)?.map_err(engine)?
    }
}

fn corrupt(key: &Key, source: CodecError) -> StoreError {
    StoreError::Corrupt { key: key.clone(), source }
}

fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Engine(error.into())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::value::Value;

    fn records() -> BTreeMap<Key, Record> {
        let weights = Value::Weights([("art-1".to_owned(), 0.5)].into());
        let of = |name: &str, value| Record::new(7, [(name.to_owned(), value)]);
        [
            (Key::track("a"), of("energy", Value::Number(0.25))),
            (Key::viewer("a"), of("artists", weights)),
            (Key::shelf("jazz"), of("tracks", Value::Texts(vec!["a".to_owned()]))),
        ]
        .into()
    }

    async fn check(store: &RedbStore) {
        let keys = [Key::viewer("a"), Key::track("unknown"), Key::track("a"), Key::shelf("jazz")];
        let read = store.read(&keys, Duration::from_secs(5)).await.expect("the store answers");
        let expected: Vec<_> = keys.iter().map(|key| records().get(key).cloned()).collect();
        assert_eq!(read, expected);
    }

    #[tokio::test]
    async fn records_come_back_in_the_order_of_the_keys_from_memory() {
        check(&RedbStore::in_memory(&records()).expect("the store opens")).await;
    }

    #[tokio::test]
    async fn records_come_back_in_the_order_of_the_keys_from_a_file() {
        check(&RedbStore::in_private_file(&records()).expect("the store opens")).await;
    }

    #[tokio::test]
    async fn two_stores_in_files_stand_side_by_side() {
        let first = RedbStore::in_private_file(&records()).expect("the first store opens");
        let second = RedbStore::in_private_file(&records()).expect("the second store opens");
        check(&first).await;
        check(&second).await;
    }

    #[tokio::test]
    async fn no_keys_are_no_records() {
        let store = RedbStore::in_memory(&BTreeMap::new()).expect("the store opens");
        assert_eq!(store.read(&[], Duration::from_secs(5)).await.expect("the store answers"), []);
    }

    #[tokio::test]
    async fn a_read_that_takes_too_long_is_given_up() {
        let store = RedbStore::in_memory(&records()).expect("the store opens");
        let keys = vec![Key::track("a"); 50_000];
        let error = store.read(&keys, Duration::from_nanos(1)).await.expect_err("a nanosecond is too short");
        assert!(matches!(error, StoreError::Timeout));
    }

    proptest! {
        #[test]
        fn bytes_that_are_no_record_are_refused_with_their_key(bytes in vec(any::<u8>(), 0..256)) {
            let store = RedbStore::in_memory(&records()).expect("the store opens");
            let write = store.database.begin_write().expect("the engine writes");
            write.open_table(RECORDS).and_then(|mut table| Ok(table.insert("track/a", bytes.as_slice()).map(drop)?))
                .expect("the engine writes");
            write.commit().expect("the engine writes");
            match store.read_now(&[Key::track("a"), Key::viewer("a")]) {
                Ok(read) => prop_assert_eq!(read.len(), 2),
                Err(StoreError::Corrupt { key, .. }) => prop_assert_eq!(key, Key::track("a")),
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }
}
