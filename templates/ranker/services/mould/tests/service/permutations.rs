//! The same request has the same bytes, whatever the order of its candidates, the threads and the runs.
use prost_reflect::prost::Message;
use protocol::ranking::v1::{MouldCandidate, MouldRankRequest};
use testkit::{check_orders, check_threads};
use tokio::runtime::Runtime;

use crate::support::{Service, corpus};

/// The same track, of another relevance.
fn copied(candidate: &MouldCandidate, quarters: u8) -> MouldCandidate {
    MouldCandidate { relevance: f64::from(quarters) / 4.0, ..candidate.clone() }
}

async fn bytes(service: &Service, request: MouldRankRequest) -> Vec<u8> {
    service.rank(request).await.expect("the request is valid").encode_to_vec()
}

#[test]
fn no_order_of_candidates_and_of_copies_of_them_changes_a_byte() {
    let runtime = Runtime::new().expect("a runtime starts");
    let service = runtime.block_on(Service::start());
    for golden in corpus().into_iter().filter(|golden| golden.request.candidates.len() <= 100) {
        let candidates = golden.request.candidates.clone();
        check_orders(&golden.id, 4, candidates, (4, copied), |candidates| {
            let request = MouldRankRequest { candidates, ..golden.request.clone() };
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
