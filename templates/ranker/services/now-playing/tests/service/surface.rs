//! What stands around the RPC: health, reflection, metrics, and the pipeline's description.
use std::time::Duration;

use now_playing::pipeline::{Parts, build};
use prost_reflect::DescriptorPool;
use prost_reflect::prost::Message;
use prost_reflect::prost_types::FileDescriptorProto;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_stream::StreamExt;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use crate::support::{MemoryLog, Running, here, model, request, store};

#[tokio::test]
async fn health_says_serving_and_then_that_it_ends() {
    let service = Running::start().await;
    let mut client = HealthClient::new(service.channel().await);
    let of_service = HealthCheckRequest { service: "ranking.v1.NowPlaying".to_owned() };
    let whole = client.check(HealthCheckRequest::default()).await.expect("the service is up").into_inner();
    assert_eq!(whole.status(), ServingStatus::Serving);
    let mut watch = client.watch(of_service).await.expect("the service is up").into_inner();
    let mut next =
        async || watch.next().await.expect("the watch goes on").expect("the service is up").status();
    assert_eq!(next().await, ServingStatus::Serving);
    let stopping = tokio::spawn(service.stop());
    assert_eq!(next().await, ServingStatus::NotServing);
    drop(watch);
    drop(client);
    stopping.await.expect("stopping does not panic").expect("the service ends well");
}

async fn reflect(service: &Running, request: MessageRequest) -> ServerReflectionResponse {
    let mut client = ServerReflectionClient::new(service.channel().await);
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(request) };
    let mut answers =
        client.server_reflection_info(tokio_stream::once(request)).await.expect("it reflects").into_inner();
    answers.next().await.expect("there is an answer").expect("the answer is right")
}

#[tokio::test]
async fn reflection_lists_the_services() {
    let service = Running::start().await;
    let answer = reflect(&service, MessageRequest::ListServices(String::new())).await;
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}")
    };
    let mut names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    names.sort();
    assert_eq!(
        names,
        ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "ranking.v1.NowPlaying"]
    );
}

#[tokio::test]
async fn reflection_shows_the_proto_with_its_comments() {
    let service = Running::start().await;
    let answer =
        reflect(&service, MessageRequest::FileContainingSymbol("ranking.v1.NowPlaying".to_owned())).await;
    let Some(MessageResponse::FileDescriptorResponse(files)) = answer.message_response else {
        panic!("{answer:?}")
    };
    let file =
        FileDescriptorProto::decode(files.file_descriptor_proto[0].as_slice()).expect("it is a descriptor");
    assert_eq!(file.name(), "ranking/v1/now_playing.proto");
    let comments = file.source_code_info.expect("the source info is there").location;
    assert!(
        comments
            .iter()
            .any(|l| l.leading_comments() == " How many tracks to answer with at most: 1 to 100.\n")
    );
}

#[test]
fn every_message_field_enum_and_rpc_is_documented() {
    let pool = DescriptorPool::decode(protocol::FILE_DESCRIPTOR_SET).expect("the descriptors are right");
    let files = pool.files().filter(|file| file.package_name() == "ranking.v1");
    let mut things = 0;
    for file in files {
        let info = file.file_descriptor_proto().source_code_info.as_ref().expect("the source info is there");
        for location in &info.location {
            // Messages 4, fields 4.i.2, enums 5, values 5.i.2, services 6, methods 6.i.2: all paths of even length.
            let named = matches!(location.path[..], [4..=6, _] | [4..=6, _, 2, _]);
            if named {
                things += 1;
                let documented = !location.leading_comments().trim().is_empty();
                assert!(documented, "{} at line {}", file.name(), location.span[0] + 1);
            }
        }
    }
    assert!(things > 50);
}

#[tokio::test]
async fn metrics_are_read_by_plain_http_on_the_same_port() {
    let service = Running::start().await;
    service.rank(request()).await.expect("the request is valid");
    let address = service.address.strip_prefix("http://").expect("the address is an URL");
    let mut stream = TcpStream::connect(address).await.expect("the service listens");
    let get = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(get.as_bytes()).await.expect("the request is sent");
    let mut text = String::new();
    tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut text))
        .await
        .expect("the answer comes in time")
        .expect("the answer is text");
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    for line in [
        r#"ranking_requests_total{rpc="RankQueue",code="Ok"} 1"#,
        "ranking_requests_in_flight 0",
        "ranking_exposures_total 1",
        r#"ranking_candidates_removed_total{stage="top-k"}"#,
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn the_readme_shows_the_pipeline_as_it_is() {
    let parts = Parts {
        store: std::sync::Arc::new(store()),
        model: std::sync::Arc::new(model()),
        exposures: std::sync::Arc::new(MemoryLog::default()),
        seed: 0,
    };
    let description = build(&parts).expect("the model is one for this service").describe();
    let readme = std::fs::read_to_string(here("README.md")).expect("the service has a README");
    assert!(readme.contains(&description), "README.md does not show:\n{description}");
}
