//! What one request asks of the store and of the model: how often, for how much, and how often one after the other.
use std::cell::Cell;
use std::future::Future;

use crate::labels::Dependency;

/// What one request asked outside of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Reads of the feature store.
    pub store: Asked,
    /// Calls of the model.
    pub model: Asked,
    /// The longest row of calls, each of which began after the one before it had ended: what the network takes is paid
    /// that often.
    pub round_trips: u32,
    /// When the newest of the records that were read was computed, in seconds since 1970.
    pub newest_record: Option<u64>,
}

/// What one request asked of one dependency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// How often.
    pub calls: u32,
    /// For how many records or rows in all.
    pub keys: u64,
    /// For how many in the largest call.
    pub largest: u64,
}

tokio::task_local! {
    static CALLS: Cell<Calls>;
}

/// Runs one request, and says what it asked.
pub async fn counted<T>(request: impl Future<Output = T>) -> (T, Calls) {
    let run = async {
        let result = request.await;
        (result, CALLS.with(Cell::get))
    };
    CALLS.scope(Cell::default(), run).await
}

/// A call that is under way until it is dropped.
pub(crate) struct Underway {
    /// Its place in the row of calls.
    place: u32,
}

/// Counts a call for the request that this task runs. Where it runs none, as at start, nothing is counted.
pub(crate) fn begin_call(of: Dependency, keys: usize) -> Underway {
    let keys = keys as u64;
    let mut place = 0;
    update(|calls| {
        place = calls.round_trips + 1;
        let asked = match of {
            Dependency::Store => &mut calls.store,
            Dependency::Model => &mut calls.model,
        };
        asked.calls += 1;
        asked.keys += keys;
        asked.largest = asked.largest.max(keys);
    });
    Underway { place }
}

impl Drop for Underway {
    fn drop(&mut self) {
        update(|calls| calls.round_trips = calls.round_trips.max(self.place));
    }
}

/// One of the things that a request does side by side: none waits for what another one asks.
#[derive(Debug)]
pub struct Branch {
    /// The longest row of calls that ends in this branch.
    inside: u32,
    /// The longest one outside, while the branch runs.
    outside: u32,
}

impl Branch {
    /// A branch that begins where the request is now, however much later it runs.
    pub fn begin() -> Self {
        let mut inside = 0;
        update(|calls| inside = calls.round_trips);
        Self { inside, outside: inside }
    }

    /// The branch runs.
    pub fn enter(&mut self) {
        update(|calls| self.outside = std::mem::replace(&mut calls.round_trips, self.inside));
    }

    /// The branch has ended or waits.
    pub fn leave(&mut self) {
        update(|calls| self.inside = std::mem::replace(&mut calls.round_trips, self.outside));
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        update(|calls| calls.round_trips = calls.round_trips.max(self.inside));
    }
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

    async fn ask(of: Dependency, keys: usize) {
        let _underway = begin_call(of, keys);
        tokio::task::yield_now().await;
    }

    #[tokio::test]
    async fn calls_are_counted_by_what_is_asked_and_for_how_much() {
        let (_, calls) = counted(async {
            ask(Dependency::Store, 1).await;
            ask(Dependency::Model, 30).await;
            ask(Dependency::Store, 40).await;
        })
        .await;
        assert_eq!(calls.store, Asked { calls: 2, keys: 41, largest: 40 });
        assert_eq!(calls.model, Asked { calls: 1, keys: 30, largest: 30 });
    }

    #[tokio::test]
    async fn requests_side_by_side_are_counted_apart() {
        let (one, other) = tokio::join!(
            counted(ask(Dependency::Store, 2)),
            counted(async {
                ask(Dependency::Model, 1).await;
                ask(Dependency::Store, 3).await;
            }),
        );
        assert_eq!((one.1.store.calls, one.1.model.calls, one.1.round_trips), (1, 0, 1));
        assert_eq!((other.1.store.calls, other.1.model.calls, other.1.round_trips), (1, 1, 2));
    }

    #[tokio::test]
    async fn calls_side_by_side_are_one_round_trip_and_calls_one_after_the_other_several() {
        let (_, calls) = counted(async {
            ask(Dependency::Store, 1).await;
            tokio::join!(ask(Dependency::Store, 1), ask(Dependency::Store, 1), ask(Dependency::Model, 1));
            ask(Dependency::Model, 1).await;
        })
        .await;
        assert_eq!((calls.store.calls, calls.model.calls, calls.round_trips), (3, 2, 3));
    }

    /// Polls a branch as whoever runs several of them does.
    async fn apart(branch: Branch, run: impl Future<Output = ()>) {
        let (mut branch, mut run) = (branch, std::pin::pin!(run));
        std::future::poll_fn(|context| {
            branch.enter();
            let polled = run.as_mut().poll(context);
            branch.leave();
            polled
        })
        .await;
    }

    #[tokio::test]
    async fn branches_do_not_wait_for_each_other_however_their_calls_fall() {
        let (_, calls) = counted(async {
            ask(Dependency::Store, 1).await;
            let (one, other, late) = (Branch::begin(), Branch::begin(), Branch::begin());
            // The first has ended before the second begins, and the two calls of the third begin after that.
            apart(one, ask(Dependency::Store, 1)).await;
            tokio::join!(
                apart(other, ask(Dependency::Store, 1)),
                apart(late, async {
                    ask(Dependency::Store, 1).await;
                    ask(Dependency::Store, 1).await;
                }),
            );
            ask(Dependency::Model, 1).await;
        })
        .await;
        assert_eq!((calls.store.calls, calls.model.calls, calls.round_trips), (5, 1, 4));
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_has_taken_its_time() {
        let (_, calls) = counted(async {
            let never = async {
                let _underway = begin_call(Dependency::Store, 1);
                std::future::pending::<()>().await;
            };
            tokio::time::timeout(std::time::Duration::from_millis(1), never).await.unwrap_err();
            ask(Dependency::Store, 1).await;
        })
        .await;
        assert_eq!((calls.store.calls, calls.round_trips), (2, 2));
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
        ask(Dependency::Store, 1).await;
        let (_, calls) = counted(async {}).await;
        assert_eq!(calls, Calls::default());
    }
}
