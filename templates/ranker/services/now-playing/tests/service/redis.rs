//! The service over a real Redis server: as over redb while it answers, degraded and in time while it does not.
#[path = "../../../../crates/features/tests/redis/server.rs"]
mod server;

use std::time::Duration;

use catalogue::schemas;
use features::{publish, read_folder};
use protocol::ranking::v1::now_playing_client::NowPlayingClient;
use protocol::ranking::v1::{DegradeCause, QueueCandidate, RankQueueRequest, RankQueueResponse};
use server::Server;
use serving::engines::{self, StoreConfig};
use testkit::{AMPLE, Binary, connect, request_within};

use crate::support::{Service, corpus, here, request};

const SHORT: Duration = Duration::from_secs(1);

async fn publish_to(server: &Server) {
    let records = read_folder(&here("../../data"), &schemas()).expect("the committed data is right");
    publish(&server.url(), "ranker", &records).await.expect("the records are published");
}

async fn over(server: &Server) -> Service {
    let config = StoreConfig::Redis { url: server.url(), prefix: "ranker".to_owned() };
    let store = engines::store(&config, &schemas()).await.expect("the URL is right");
    Service::with(|setup| setup.parts.store = store).await
}

/// A request that needs nothing of the store to have candidates.
fn with_candidates() -> RankQueueRequest {
    let candidate = |number| QueueCandidate { track_id: format!("trk-{number:05}"), origin: 0 };
    RankQueueRequest { candidates: (100..120).map(candidate).collect(), ..request() }
}

fn degraded(response: &RankQueueResponse) -> Vec<(&str, DegradeCause)> {
    response.degraded.iter().map(|degraded| (degraded.stage.as_str(), degraded.cause())).collect()
}

#[tokio::test]
async fn golden_requests_are_answered_as_over_redb() {
    let Some(server) = Server::start() else { return };
    publish_to(&server).await;
    let (over_redis, over_redb) = (over(&server).await, Service::start().await);
    for case in corpus().into_iter().step_by(4) {
        let expected = over_redb.rank(case.request.clone()).await.expect("golden requests are valid");
        let response = over_redis.rank(case.request).await.expect("golden requests are valid");
        assert_eq!(response, expected);
    }
}

#[tokio::test]
async fn a_server_that_is_slow_or_gone_leaves_an_answer_until_it_is_well_again() {
    let Some(mut server) = Server::start() else { return };
    publish_to(&server).await;
    let service = over(&server).await;
    let rank = async || service.rank_within(with_candidates(), SHORT).await.expect("there is an answer");
    let well = rank().await;
    assert_eq!(degraded(&well), []);

    server.pause();
    let timeout = DegradeCause::Timeout;
    assert_eq!(degraded(&rank().await), [("context", timeout), ("features", timeout)]);
    server.resume();
    assert_eq!(service.rank(with_candidates()).await.expect("there is an answer"), well);

    server.kill();
    let gone = DegradeCause::Dependency;
    assert_eq!(degraded(&rank().await), [("context", gone), ("features", gone)]);
    server.restart();
    assert_eq!(service.rank(with_candidates()).await.expect("there is an answer"), well);
}

#[tokio::test]
async fn a_service_starts_before_its_server_and_finds_what_is_published_later() {
    let Some(mut server) = Server::start() else { return };
    server.kill();
    let service = over(&server).await;
    let response = service.rank_within(with_candidates(), SHORT).await.expect("there is an answer");
    assert_eq!(degraded(&response)[0], ("context", DegradeCause::Dependency));
    server.restart();
    publish_to(&server).await;
    let response = service.rank(with_candidates()).await.expect("there is an answer");
    assert_eq!(degraded(&response), []);
}

#[tokio::test]
async fn one_key_of_the_configuration_lets_the_binary_read_from_redis_and_sighup_does_not_end_it() {
    let Some(server) = Server::start() else { return };
    publish_to(&server).await;
    let binary = Binary::new(env!("CARGO_BIN_EXE_now-playing"));
    let config = binary.config(&here("config.yaml"), |text| {
        let (before, rest) = text.split_once("store:").expect("there is a store");
        let (_, after) = rest.split_once("\nmodel:").expect("the model stands behind it");
        format!("{before}store: {{redis: {{url: '{}', prefix: ranker}}}}\nmodel:{after}", server.url())
    });
    let (process, address) = binary.start_with(&["--config", &config]);
    let mut client = NowPlayingClient::new(connect(&address).await);
    for _ in 0..2 {
        let response =
            client.rank_queue(request_within(request(), AMPLE)).await.expect("the request is valid");
        assert_eq!(degraded(&response.into_inner()), []);
        process.hang_up();
    }
    assert!(process.terminate().contains("reading from Redis"));
}
