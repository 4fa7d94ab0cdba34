//! The same request has the same bytes, whatever the order of its candidates, the threads and the runs.
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use prost_reflect::prost::Message;
use protocol::ranking::v1::{QueueCandidate, RankQueueRequest};
use tokio::runtime::{Builder, Runtime};

use crate::support::{Service, corpus};

/// A golden request's candidates with copies of some, of another origin, and the same list in another order.
fn lists(golden: Vec<QueueCandidate>) -> impl Strategy<Value = (Vec<QueueCandidate>, Vec<QueueCandidate>)> {
    vec((any::<Index>(), 0..=2), 0..8).prop_flat_map(move |copies| {
        let mut list = golden.clone();
        for (index, origin) in copies.into_iter().filter(|_| !golden.is_empty()) {
            list.push(QueueCandidate { track_id: index.get(&golden).track_id.clone(), origin });
        }
        (Just(list.clone()), Just(list).prop_shuffle())
    })
}

fn bytes(runtime: &Runtime, service: &Service, request: RankQueueRequest) -> Vec<u8> {
    runtime.block_on(service.rank(request)).expect("the request is valid").encode_to_vec()
}

#[test]
fn no_order_of_candidates_and_of_copies_of_them_changes_a_byte() {
    let runtime = Runtime::new().expect("a runtime starts");
    let service = runtime.block_on(Service::start());
    for golden in corpus().into_iter().filter(|golden| (1..=100).contains(&golden.request.candidates.len())) {
        let mut runner = TestRunner::new(Config { cases: 3, failure_persistence: None, ..Config::default() });
        let ran = runner.run(&lists(golden.request.candidates.clone()), |(list, shuffled)| {
            let with = |candidates| RankQueueRequest { candidates, explain: true, ..golden.request.clone() };
            let expected = bytes(&runtime, &service, with(list));
            prop_assert_eq!(bytes(&runtime, &service, with(shuffled)), expected);
            Ok(())
        });
        ran.unwrap_or_else(|failure| panic!("{}: {failure}", golden.id));
    }
}

#[test]
fn no_number_of_threads_and_no_second_run_changes_a_byte() {
    let run = |mut runtime: Builder| {
        let runtime = runtime.enable_all().build().expect("a runtime starts");
        let service = runtime.block_on(Service::start());
        let all = || -> Vec<Vec<u8>> {
            corpus().into_iter().map(|golden| bytes(&runtime, &service, golden.request)).collect()
        };
        let first = all();
        assert_eq!(first, all());
        runtime.block_on(service.stop()).expect("the service ends well");
        first
    };
    let mut several = Builder::new_multi_thread();
    several.worker_threads(4);
    assert_eq!(run(Builder::new_current_thread()), run(several));
}
