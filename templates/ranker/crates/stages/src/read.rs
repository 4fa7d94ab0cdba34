//! Reading features on behalf of a stage.
use std::time::Duration;

use features::{FeatureStore, Key, Record, StoreError};
use pipeline::StageError;

/// Reads the records of the keys in one batch: one for each key, in their order, `None` for what the store does not know.
///
/// # Errors
/// A [`StageError`] if the store fails, takes longer than `within`, or answers for another number of keys.
pub async fn read(
    store: &dyn FeatureStore,
    keys: &[Key],
    within: Duration,
) -> Result<Vec<Option<Record>>, StageError> {
    let records = store.read(keys, within).await.map_err(|error| match error {
        StoreError::Timeout => StageError::Timeout,
        StoreError::Engine(_) | StoreError::Corrupt { .. } => StageError::dependency(error),
    })?;
    if records.len() == keys.len() {
        Ok(records)
    } else {
        Err(StageError::Length { expected: keys.len(), got: records.len() })
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    type Records = Result<Vec<Option<Record>>, StoreError>;

    struct Fake(fn(&[Key]) -> Records);

    #[async_trait]
    impl FeatureStore for Fake {
        async fn read(&self, keys: &[Key], _: Duration) -> Records {
            (self.0)(keys)
        }
    }

    async fn check(answer: fn(&[Key]) -> Records, expected: &str) {
        let keys = [Key::track("a"), Key::viewer("b")];
        let read = read(&Fake(answer), &keys, Duration::from_millis(1)).await;
        assert_eq!(format!("{read:?}"), expected);
    }

    #[tokio::test]
    async fn records_come_as_the_store_gives_them() {
        check(|keys| Ok(vec![None; keys.len()]), "Ok([None, None])").await;
    }

    #[tokio::test]
    async fn a_store_that_fails_says_how() {
        check(|_| Err(StoreError::Timeout), "Err(Timeout)").await;
        check(|_| Ok(vec![None]), "Err(Length { expected: 2, got: 1 })").await;
        check(|_| Err(StoreError::Engine("down".into())), "Err(Dependency(Engine(\"down\")))").await;
    }
}
