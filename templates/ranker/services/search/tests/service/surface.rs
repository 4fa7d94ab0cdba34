//! What stands around the RPC: health, reflection, metrics, and the pipelines' description.
use std::sync::Arc;

use search::pipeline::{Parts, build};
use search::profiles::RankProfile;
use testkit::{MemoryLog, check_health, check_metrics, check_reflection, host, model};

use crate::support::{Service, config, here, parts, profiles, request};

const NAME: &str = "ranking.v1.Search";

#[tokio::test]
async fn health_says_serving_and_then_that_it_ends() {
    check_health(Service::start().await.running, NAME).await;
}

#[tokio::test]
async fn reflection_shows_the_service_and_its_proto() {
    check_reflection(&Service::start().await.running, NAME, "ranking/v1/search.proto").await;
}

#[tokio::test]
async fn metrics_are_read_by_plain_http_on_the_same_port() {
    let service = Service::start().await;
    service.search(request()).await.expect("the request is valid");
    let lines = [
        r#"ranking_requests_total{rpc="SearchTracks",code="Ok"} 1"#,
        "ranking_exposures_total 1",
        r#"ranking_candidates_removed_total{stage="rerank"}"#,
        r#"ranking_stage_seconds_count{stage="index"} 1"#,
    ];
    check_metrics(&service.running, &lines).await;
}

async fn description(parts: &Parts, profile: &RankProfile) -> String {
    let host = host(&config(), Arc::new(MemoryLog::default()));
    build(parts, profile, &host).expect("the model is one for this service").describe()
}

#[tokio::test]
async fn the_readme_shows_the_pipelines_as_they_are() {
    let readme = std::fs::read_to_string(here("README.md")).expect("the service has a README");
    for profile in profiles().profiles {
        let description = description(&parts().await, &profile).await;
        assert!(readme.contains(&description), "README.md does not show {}:\n{description}", profile.name);
        assert!(
            readme.contains(&format!("| `{}` |", profile.name)),
            "README.md does not tell of {}",
            profile.name
        );
    }
}

#[tokio::test]
async fn a_profile_that_names_another_model_is_refused() {
    let parts = Parts { model: model("now_playing").await, ..parts().await };
    let host = host(&config(), Arc::new(MemoryLog::default()));
    let refused: Vec<_> = profiles()
        .profiles
        .iter()
        .filter_map(|profile| build(&parts, profile, &host).err())
        .map(|error| error.to_string())
        .collect();
    assert_eq!(refused[0], "profile `balanced` ranks by model `search`, the service has `now_playing`");
    assert_eq!(refused.len(), 2, "the profile without a model does not mind");
}
