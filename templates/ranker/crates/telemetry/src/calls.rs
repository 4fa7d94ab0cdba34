//! How many calls one request makes of the store and of the model.
use std::cell::Cell;
use std::future::Future;

use crate::labels::Dependency;

/// How many calls one request made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Reads of the feature store.
    pub store: u32,
    /// Calls of the model.
    pub model: u32,
    /// When the newest of the records that were read was computed, in seconds since 1970.
    pub newest_record: Option<u64>,
}

tokio::task_local! {
    static CALLS: Cell<Calls>;
}

/// Runs one request, and says how many calls it made.
pub async fn counted<T>(request: impl Future<Output = T>) -> (T, Calls) {
    let run = async {
        let result = request.await;
        (result, CALLS.with(Cell::get))
    };
    CALLS.scope(Cell::default(), run).await
}

/// Counts a call for the request that this task runs. Where it runs none, as at start, nothing is counted.
pub(crate) fn count_call(of: Dependency) {
    update(|calls| match of {
        Dependency::Store => calls.store += 1,
        Dependency::Model => calls.model += 1,
    });
}

/// Notes for the request that this task runs that it read records which were computed at these times, in seconds since
/// 1970.
pub fn count_records(computed_at: impl IntoIterator<Item = u64>) {
    update(|calls| calls.newest_record = computed_at.into_iter().chain(calls.newest_record).max());
}

fn update(change: impl FnOnce(&mut Calls)) {
    let update = |cell: &Cell<Calls>| {
        let mut calls = cell.get();
        change(&mut calls);
        cell.set(calls);
    };
    // The error says that no request runs.
    CALLS.try_with(update).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(dependencies: &[Dependency]) {
        for &dependency in dependencies {
            tokio::task::yield_now().await;
            count_call(dependency);
        }
    }

    #[tokio::test]
    async fn calls_are_counted_by_what_is_asked() {
        let (_, calls) = counted(ask(&[Dependency::Store, Dependency::Model, Dependency::Store])).await;
        assert_eq!(calls, Calls { store: 2, model: 1, newest_record: None });
    }

    #[tokio::test]
    async fn requests_side_by_side_are_counted_apart() {
        let (one, other) = tokio::join!(
            counted(ask(&[Dependency::Store, Dependency::Store])),
            counted(ask(&[Dependency::Model, Dependency::Store, Dependency::Store, Dependency::Store])),
        );
        assert_eq!((one.1.store, one.1.model), (2, 0));
        assert_eq!((other.1.store, other.1.model), (3, 1));
    }

    #[tokio::test]
    async fn the_newest_of_all_records_is_known() {
        let read = async {
            count_records([7, 9, 8]);
            count_records([]);
            count_records([3]);
        };
        assert_eq!(counted(read).await.1.newest_record, Some(9));
    }

    #[tokio::test]
    async fn outside_of_a_request_nothing_is_counted() {
        ask(&[Dependency::Store]).await;
        let (_, calls) = counted(ask(&[])).await;
        assert_eq!(calls, Calls::default());
    }
}
