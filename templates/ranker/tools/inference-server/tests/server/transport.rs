//! Servers that are slow, vanish, come back, or speak something else.
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use models::{Model, ModelError};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::support::{AMPLE, Told, connect, now_playing, rows, spawn};

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_slow_server_is_given_up_and_was_told_how_long_it_had() {
    let told = Told { delay: AMPLE, ..Told::right() };
    let model = told.model().await;
    let started = Instant::now();
    let error = model.infer(rows(2, 14), SHORT).await.expect_err("the server sleeps");
    assert!(matches!(error, ModelError::Timeout), "{error:?}");
    assert!(started.elapsed() < AMPLE / 2);
    let asked = told.asked.lock().expect("nobody panicked").clone();
    let (timeout, question) = asked.expect("it was asked");
    let micros: u64 = timeout.strip_suffix('u').and_then(|number| number.parse().ok()).expect("microseconds");
    assert!((1..=200_000).contains(&micros), "{timeout}");
    assert_eq!(
        (question.model_name.as_str(), question.model_version.as_str()),
        ("now_playing", "2026-11-20.1")
    );
    assert_eq!(
        (question.inputs[0].shape.as_slice(), question.inputs[0].datatype.as_str()),
        (&[2, 14][..], "FP32")
    );
    assert_eq!(question.outputs[0].name, "score");
    assert_eq!(question.raw_input_contents[0].len(), 2 * 14 * 4);
}

#[tokio::test]
async fn a_question_has_the_headers_that_pass_a_trace_on() {
    const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let told = Told::right();
    let model = told.model().await.with_headers(|put| {
        put("not a header", "value".to_owned());
        put("traceparent", TRACEPARENT.to_owned());
    });
    model.infer(rows(2, 14), AMPLE).await.expect("the server answers");
    assert_eq!(told.traceparent.lock().expect("nobody panicked").as_deref(), Some(TRACEPARENT));
}

#[tokio::test]
async fn a_server_that_comes_back_is_asked_again() {
    let (first, address) = spawn(&now_playing(), "127.0.0.1:0");
    let address: SocketAddr = address.parse().expect("it is an address");
    let model = connect(address).await;
    let before = model.infer(rows(3, 14), AMPLE).await.expect("the server is there");
    drop(first);
    let error = model.infer(rows(3, 14), AMPLE).await.expect_err("the server is gone");
    assert!(matches!(error, ModelError::Engine(_)), "{error:?}");
    let _second = spawn(&now_playing(), &address.to_string());
    assert_eq!(model.infer(rows(3, 14), AMPLE).await.expect("the server is back"), before);
}

/// What a connected model says when, in its server's place, something answers with bytes of its own.
async fn infer_from(greeting: &'static [u8]) -> ModelError {
    let (_server, address) = Told::right().serve().await;
    let between = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let endpoint = between.local_addr().expect("it has an address");
    let honest = tokio::spawn(async move {
        let (mut caller, _) = between.accept().await.expect("the model connects");
        let mut server = TcpStream::connect(address).await.expect("the server is there");
        tokio::select! {
            _ = copy_bidirectional(&mut caller, &mut server) => {}
            () = sleep(SHORT) => {}
        }
        between
    });
    let model = connect(endpoint).await;
    let between = honest.await.expect("it ends");
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = between.accept().await {
            drop(caller.write_all(greeting).await);
            let mut sent = [0; 1024];
            while caller.read(&mut sent).await.is_ok_and(|length| length > 0) {}
        }
    });
    model.infer(rows(2, 14), SHORT).await.expect_err("nobody answers")
}

#[tokio::test]
async fn what_does_not_speak_the_protocol_is_a_failure_within_the_time() {
    let frames = b"\0\0\0\x04\0\0\0\0\0\xff\xff\xff\x05\0\0\0\x01garbage";
    let greetings: [&[u8]; 4] = [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", &[0xff; 4096], frames];
    for greeting in greetings {
        let started = Instant::now();
        let error = infer_from(greeting).await;
        assert!(matches!(error, ModelError::Timeout | ModelError::Engine(_)), "{error:?}");
        assert!(started.elapsed() < AMPLE / 2);
    }
}
