//! A gRPC server for tests that can also misbehave: it hangs, resets streams, answers garbage.

use std::net::TcpListener;
use std::sync::Arc;

use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{HeaderMap, Request, Response};
use prost_reflect::prost::bytes::Bytes;
use tonic::Code;

/// What the server does with one call.
#[derive(Clone, Debug)]
pub enum Reaction {
    /// Answers OK with these bytes as the message, whatever they are.
    Answer(Vec<u8>),
    /// Answers with a status and more trailers.
    Refuse(Code, &'static str, Vec<(&'static str, &'static str)>),
    /// Never answers, and keeps the connection.
    Hang,
    /// Resets the stream, as a server does whose handler panicked.
    Reset,
}

/// The answer of a health service that serves.
pub fn serving() -> Reaction {
    Reaction::Answer(vec![8, 1])
}

/// Serves for ever. `react` is given the path of the method and the bytes of the request; it may end the process.
///
/// # Errors
/// If the listener cannot be used.
pub fn serve(
    listener: TcpListener,
    react: impl Fn(&str, Bytes) -> Reaction + Send + Sync + 'static,
) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let react = Arc::new(react);
    listener.set_nonblocking(true)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            let react = react.clone();
            tokio::spawn(async move {
                let Ok(mut connection) = h2::server::handshake(stream).await else { return };
                while let Some(Ok((request, response))) = connection.accept().await {
                    tokio::spawn(handle(request, response, react.clone()));
                }
            });
        }
    })
}

async fn handle(
    request: Request<RecvStream>,
    mut response: SendResponse<Bytes>,
    react: Arc<impl Fn(&str, Bytes) -> Reaction>,
) {
    let path = request.uri().path().to_owned();
    let Some(message) = read(request.into_body()).await else { return };
    match react(&path, message) {
        Reaction::Hang => std::future::pending().await,
        Reaction::Reset => response.send_reset(Reason::INTERNAL_ERROR),
        Reaction::Answer(bytes) => {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
            let frame = [&[0], length.as_slice(), &bytes].concat();
            finish(response, Some(frame.into()), &[("grpc-status", "0")]);
        }
        Reaction::Refuse(code, message, more) => {
            let code = (code as i32).to_string();
            let status = [("grpc-status", code.as_str()), ("grpc-message", message)];
            finish(response, None, &[status.as_slice(), &more].concat());
        }
    }
}

/// The one message of a unary request.
async fn read(mut body: RecvStream) -> Option<Bytes> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.ok()?;
        body.flow_control().release_capacity(chunk.len()).ok()?;
        bytes.extend_from_slice(&chunk);
    }
    bytes.get(5..).map(Bytes::copy_from_slice)
}

fn finish(mut response: SendResponse<Bytes>, frame: Option<Bytes>, trailers: &[(&str, &str)]) {
    let head = Response::builder().header("content-type", "application/grpc").body(());
    let Ok(head) = head else { return };
    let Ok(mut stream) = response.send_response(head, false) else { return };
    if let Some(frame) = frame {
        stream.send_data(frame, false).ok();
    }
    let trailers: HeaderMap = trailers
        .iter()
        .filter_map(|(name, value)| {
            Some((http::HeaderName::try_from(*name).ok()?, http::HeaderValue::try_from(*value).ok()?))
        })
        .collect();
    stream.send_trailers(trailers).ok();
}
