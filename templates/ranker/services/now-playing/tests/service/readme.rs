//! What the READMEs show.
use protocol::ranking::v1::{RankQueueRequest, RankQueueResponse};
use testkit::{Fault, FaultyStore, Shown, message, shown};

use crate::support::{Service, here};

fn asked(readme: &str) -> Shown<RankQueueRequest> {
    shown(&here(readme), "ranking.v1.NowPlaying/RankQueue", "ranking.v1.RankQueueRequest")
}

#[tokio::test]
async fn the_readme_shows_what_is_answered() {
    let service = Service::start().await;
    let shown = asked("README.md");
    let response = service.rank(shown.request).await.expect("the request is valid");
    let answered: Vec<_> = response.items.iter().map(|item| item.track_id.as_str()).collect();
    assert_eq!(answered.join(", "), shown.answer);

    let shown = asked("../../README.md");
    let response = service.rank(shown.request).await.expect("the request is valid");
    let (_, json) = shown.rest.split_once("```json\n").expect("an answer follows");
    let (json, _) = json.split_once("```").expect("the answer ends");
    assert_eq!(response, message::<RankQueueResponse>(json, "ranking.v1.RankQueueResponse"));
}

#[tokio::test]
async fn without_the_store_the_answer_is_empty_and_says_so() {
    let service = Service::with(|setup| {
        setup.parts.store = FaultyStore::always(setup.parts.store.clone(), Fault::Broken);
    })
    .await;
    let response = service.rank(asked("README.md").request).await.expect("the request is valid");
    let degraded: Vec<_> = response.degraded.iter().map(|degraded| degraded.stage.as_str()).collect();
    assert_eq!((response.items.len(), &degraded[..]), (0, &["context", "features"][..]));
}
