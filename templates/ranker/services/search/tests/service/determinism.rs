//! The same request has the same answer, to the last bit.
use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use prost_reflect::prost::Message;
use search::index::{LiveIndex, TantivyIndex};
use search::titles::read_titles;
use testkit::check_threads;

use crate::support::{Service, corpus, here};

async fn answers(service: &Service) -> BTreeMap<String, Vec<u8>> {
    let mut answers = BTreeMap::new();
    for golden in corpus() {
        let response = service.search(golden.request).await.expect("a golden request is valid");
        answers.insert(golden.id, response.encode_to_vec());
    }
    answers
}

#[test]
fn two_services_answer_alike_whatever_their_threads() {
    check_threads(async || {
        let service = Service::start().await;
        let answers = answers(&service).await;
        service.stop().await.expect("the service ends well");
        answers
    });
}

#[tokio::test]
async fn two_builds_of_the_index_answer_alike_whatever_the_order_of_the_titles() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let text = fs::read_to_string(here("../../data/titles.jsonl")).expect("the titles are there");
    let mut lines: Vec<_> = text.lines().collect();
    lines.reverse();
    lines.rotate_left(1_000);
    fs::write(folder.path().join("titles.jsonl"), lines.join("\n") + "\n").expect("the titles are written");
    let turned = LiveIndex::open(folder.path(), None).expect("the titles are right");
    let (one, other) =
        (Service::start().await, Service::with(|setup| setup.parts.index = Arc::new(turned)).await);
    assert_eq!(answers(&one).await, answers(&other).await);
}

#[tokio::test]
async fn an_index_of_titles_in_memory_answers_as_one_of_a_file() {
    let titles = read_titles(&here("../../data"), None).expect("the committed titles are right");
    let built = TantivyIndex::build(titles).expect("the index is built");
    let (one, other) =
        (Service::start().await, Service::with(|setup| setup.parts.index = Arc::new(built)).await);
    for text in ["love", "the", "nora mead", "гладь"] {
        assert_eq!(one.find(text).await, other.find(text).await, "{text}");
    }
}

#[tokio::test]
async fn requests_side_by_side_do_not_disturb_each_other() {
    let service = Arc::new(Service::start().await);
    let alone = answers(&service).await;
    let mut calls = Vec::new();
    for golden in corpus() {
        let service = service.clone();
        calls.push(tokio::spawn(async move {
            let response = service.search(golden.request).await.expect("a golden request is valid");
            (golden.id, response.encode_to_vec())
        }));
    }
    for call in calls {
        let (id, bytes) = call.await.expect("the call does not panic");
        assert_eq!(bytes, alone[&id], "{id}");
    }
}
