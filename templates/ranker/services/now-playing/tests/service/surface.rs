//! What stands around the RPC: health, reflection, metrics, and the pipeline's description.
use std::sync::Arc;

use now_playing::pipeline::{Parts, build};
use testkit::{MemoryLog, check_health, check_metrics, check_readme, check_reflection, host, model, store};

use crate::support::{Service, config, here, request};

const NAME: &str = "ranking.v1.NowPlaying";

#[tokio::test]
async fn health_says_serving_and_then_that_it_ends() {
    check_health(Service::start().await.running, NAME).await;
}

#[tokio::test]
async fn reflection_shows_the_service_and_its_proto() {
    check_reflection(&Service::start().await.running, NAME, "ranking/v1/now_playing.proto").await;
}

#[tokio::test]
async fn metrics_are_read_by_plain_http_on_the_same_port() {
    let service = Service::start().await;
    service.rank(request()).await.expect("the request is valid");
    let lines = [
        r#"ranking_requests_total{rpc="RankQueue",code="Ok"} 1"#,
        "ranking_exposures_total 1",
        r#"ranking_candidates_removed_total{stage="top-k"}"#,
        r#"ranking_stage_seconds_count{stage="model"} 1"#,
        r#"ranking_calls_per_request_count{dependency="Store"} 1"#,
    ];
    check_metrics(&service.running, &lines).await;
}

#[tokio::test]
async fn the_readme_shows_the_pipeline_as_it_is() {
    let parts = Parts { store: store().await, model: model("now_playing").await, seed: 0 };
    let host = host(&config(), Arc::new(MemoryLog::default()));
    let description = build(&parts, &host).expect("the model is one for this service").describe();
    check_readme(&here(""), &description);
}
