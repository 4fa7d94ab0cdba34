//! The same request has the same bytes, whatever the order of its candidates, the threads and the runs.
use prost_reflect::prost::Message;
use protocol::ranking::v1::{QueueCandidate, RankQueueRequest};
use testkit::{check_orders, check_threads};
use tokio::runtime::Runtime;

use crate::support::{Service, corpus};

/// The same track, of another origin.
fn copied(candidate: &QueueCandidate, origin: u8) -> QueueCandidate {
    QueueCandidate { origin: origin.into(), ..candidate.clone() }
}

async fn bytes(service: &Service, request: RankQueueRequest) -> Vec<u8> {
    service.rank(request).await.expect("the request is valid").encode_to_vec()
}

#[test]
fn no_order_of_candidates_and_of_copies_of_them_changes_a_byte() {
    let runtime = Runtime::new().expect("a runtime starts");
    let service = runtime.block_on(Service::start());
    for golden in corpus().into_iter().filter(|golden| (1..=100).contains(&golden.request.candidates.len())) {
        let candidates = golden.request.candidates.clone();
        check_orders(&golden.id, 3, candidates, (2, copied), |candidates| {
            let request = RankQueueRequest { candidates, explain: true, ..golden.request.clone() };
            runtime.block_on(bytes(&service, request))
        });
    }
}

#[test]
fn no_number_of_threads_and_no_second_run_changes_a_byte() {
    check_threads(async || {
        let service = Service::start().await;
        let all = async || {
            let mut all = Vec::new();
            for golden in corpus() {
                all.push(bytes(&service, golden.request).await);
            }
            all
        };
        let first = all().await;
        assert_eq!(first, all().await);
        service.stop().await.expect("the service ends well");
        first
    });
}
