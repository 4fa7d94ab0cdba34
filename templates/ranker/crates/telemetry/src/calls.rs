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
    let count = |cell: &Cell<Calls>| {
        let mut calls = cell.get();
        match of {
            Dependency::Store => calls.store += 1,
            Dependency::Model => calls.model += 1,
        }
        cell.set(calls);
    };
    // The error says that no request runs.
    CALLS.try_with(count).unwrap_or_default();
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
        assert_eq!(calls, Calls { store: 2, model: 1 });
    }

    #[tokio::test]
    async fn requests_side_by_side_are_counted_apart() {
        let (one, other) = tokio::join!(
            counted(ask(&[Dependency::Store, Dependency::Store])),
            counted(ask(&[Dependency::Model, Dependency::Store, Dependency::Store, Dependency::Store])),
        );
        assert_eq!(one.1, Calls { store: 2, model: 0 });
        assert_eq!(other.1, Calls { store: 3, model: 1 });
    }

    #[tokio::test]
    async fn outside_of_a_request_nothing_is_counted() {
        ask(&[Dependency::Store]).await;
        let (_, calls) = counted(ask(&[])).await;
        assert_eq!(calls, Calls::default());
    }
}
