//! The same request has the same bytes, whatever the order of its candidates, the threads and the runs.
use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Builder;

/// Holds a request to the same bytes whatever the order of its candidates and of unlike copies of them, which `copied` makes of
/// a number up to `most`.
pub fn check_orders<C: Clone + Debug>(
    id: &str,
    cases: u32,
    candidates: Vec<C>,
    (most, copied): (u8, fn(&C, u8) -> C),
    bytes: impl Fn(Vec<C>) -> Vec<u8>,
) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&lists(candidates, most, copied), |(list, shuffled)| {
        let expected = bytes(list);
        prop_assert_eq!(bytes(shuffled), expected);
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{id}: {failure}"));
}

/// A list of candidates with copies of some, and the same list in another order.
fn lists<C: Clone + Debug>(
    golden: Vec<C>,
    most: u8,
    copied: fn(&C, u8) -> C,
) -> impl Strategy<Value = (Vec<C>, Vec<C>)> {
    vec((any::<Index>(), 0..=most), 0..8).prop_flat_map(move |copies| {
        let mut list = golden.clone();
        for (index, number) in copies.into_iter().filter(|_| !golden.is_empty()) {
            list.push(copied(index.get(&golden), number));
        }
        (Just(list.clone()), Just(list).prop_shuffle())
    })
}

/// Holds what a service answers to being the same on one thread and on several.
pub fn check_threads<T: Debug + PartialEq>(run: impl AsyncFn() -> T) {
    let on = |mut runtime: Builder| runtime.enable_all().build().expect("a runtime starts").block_on(run());
    let mut several = Builder::new_multi_thread();
    several.worker_threads(4);
    assert_eq!(on(Builder::new_current_thread()), on(several));
}
