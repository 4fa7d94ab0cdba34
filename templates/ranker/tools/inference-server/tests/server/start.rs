//! What is held to the signature before the first request, and how long a server is waited for.
use std::sync::atomic::Ordering;
use std::time::Duration;

use inference_server::wire::ModelMetadataResponse;
use inference_server::wire::model_metadata_response::TensorMetadata;
use models::{LoadError, OpenInferenceModel};
use tokio::net::TcpListener;
use tonic::Status;

use crate::support::{AMPLE, Told, now_playing};

type Change = fn(&mut ModelMetadataResponse);

async fn connect(endpoint: &str, patience: Duration) -> Result<OpenInferenceModel, LoadError> {
    OpenInferenceModel::connect(&now_playing(), endpoint, patience).await
}

/// An address at which nobody listens.
async fn nowhere() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address").to_string();
    (listener, address)
}

#[tokio::test]
async fn a_model_that_is_not_the_one_is_refused_with_everything_that_is_different() {
    let cases: Vec<(Change, &[&str])> = vec![
        (|m| m.name = "home".to_owned(), &["the name is home, the signature says now_playing"]),
        (
            |m| m.versions.truncate(1),
            &["the list of versions is [2026-11-20.0], the signature says 2026-11-20.1"],
        ),
        (
            |m| m.inputs[0].datatype = "FP64".to_owned(),
            &["the input is features FP64[-1, 14], the signature says features FP32[-1, 14]"],
        ),
        (|m| m.inputs[0].shape[1] = 15, &["the input is features FP32[-1, 15], the signature says"]),
        (|m| m.inputs[0].shape[0] = 32, &["the input is features FP32[32, 14], the signature says"]),
        (|m| m.inputs[0].shape.clear(), &["the input is features FP32[], the signature says"]),
        (
            |m| m.outputs[0].shape = vec![-1],
            &["the output is score FP32[-1], the signature says score FP32[-1, 1]"],
        ),
        (|m| m.outputs.clear(), &["the output is without `score`, the signature says score FP32[-1, 1]"]),
        (
            |m| m.inputs.push(TensorMetadata { name: "viewer".to_owned(), ..m.inputs[0].clone() }),
            &["the input is viewer FP32[-1, 14], the signature says nothing of it"],
        ),
        (
            |m| {
                m.name = "home".to_owned();
                m.outputs[0].datatype = "INT64".to_owned();
            },
            &["the name is home", "the output is score INT64[-1, 1]"],
        ),
        (
            |m| *m = ModelMetadataResponse::default(),
            &["the name is ,", "without `features`", "without `score`"],
        ),
    ];
    for (change, expected) in cases {
        let mut told = Told::right();
        change(&mut told.metadata);
        let (_server, address) = told.serve().await;
        let error =
            connect(&format!("http://{address}"), Duration::ZERO).await.expect_err("it is another model");
        let LoadError::Differs { differences, .. } = &error else { panic!("{error:?}") };
        assert_eq!(differences.len(), expected.len(), "{error}");
        for part in expected {
            assert!(error.to_string().contains(part), "{part}: {error}");
        }
    }
}

#[tokio::test]
async fn a_server_with_much_to_say_is_not_quoted_at_length() {
    let mut told = Told::right();
    let tensor = TensorMetadata { name: "x".repeat(9_000), ..told.metadata.inputs[0].clone() };
    told.metadata.inputs = vec![tensor; 200];
    let (_server, address) = told.serve().await;
    let error = connect(&format!("http://{address}"), Duration::ZERO).await.expect_err("it is another model");
    assert!(matches!(error, LoadError::Differs { .. }), "{error:?}");
    assert!(error.to_string().len() < 10_000);
}

#[tokio::test]
async fn a_server_that_is_not_there_or_has_no_such_model_is_named() {
    let (listener, address) = nowhere().await;
    drop(listener);
    let told = |ready| Told { ready, ..Told::right() };
    let (_unready, unready) = told(Ok(false)).serve().await;
    let (_unknown, unknown) = told(Err(Status::not_found("there is no such model"))).serve().await;
    for address in [address, unready.to_string(), unknown.to_string()] {
        let error =
            connect(&format!("http://{address}"), Duration::ZERO).await.expect_err("no model is there");
        assert!(matches!(error, LoadError::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains(&address), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_comes_up_in_time_is_waited_for() {
    let (listener, address) = nowhere().await;
    let server = Told::right();
    let (connected, ()) = tokio::join!(async { connect(&format!("http://{address}"), AMPLE).await }, async {
        // The socket listens already: whoever connects now is kept waiting, and asks again.
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(server.serve_on(listener));
    });
    connected.expect("the server came up");
}

#[tokio::test]
async fn a_model_that_is_not_ready_yet_is_asked_for_again() {
    let told = Told::right();
    told.not_yet.store(2, Ordering::Relaxed);
    let (_server, address) = told.serve().await;
    connect(&format!("http://{address}"), AMPLE).await.expect("it is ready at the third question");
    assert_eq!(told.not_yet.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_is_no_address_is_refused_at_once() {
    for endpoint in
        ["", "127.0.0.1:8001", "https://127.0.0.1:8001", "http://", "http://a b", "unix:/tmp/socket"]
    {
        let error = connect(endpoint, AMPLE).await.expect_err("it is no address");
        assert!(matches!(error, LoadError::Endpoint { .. }), "{endpoint}: {error:?}");
    }
}
