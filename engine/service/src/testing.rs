//! A gRPC server for tests that can also misbehave: it hangs, resets streams, answers garbage.

use std::net::{SocketAddr, TcpListener};
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
    Refuse(Code, String, Vec<(&'static str, &'static str)>),
    /// Answers with these messages, one after the other, and then with a status and more trailers.
    Stream(Vec<Vec<u8>>, Code, Vec<(&'static str, &'static str)>),
    /// Never answers, and keeps the connection.
    Hang,
    /// Resets the stream, as a server does whose handler panicked.
    Reset,
}

/// One call as the server received it.
#[derive(Clone, Debug)]
pub struct Call {
    /// As in `/ranking.v1.NowPlaying/RankQueue`.
    pub path: String,
    /// Metadata in lower case, less what HTTP/2 itself needs.
    pub metadata: Vec<(String, String)>,
    /// The requests: one, or as many as were streamed.
    pub messages: Vec<Bytes>,
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
    serve_calls(listener, move |call| react(&call.path, call.messages.first().cloned().unwrap_or_default()))
}

/// Serves on a free port of loopback until the process ends. Health checks are answered; the rest is `react`'s.
///
/// # Errors
/// If there is no free port.
pub fn background(react: impl Fn(&Call) -> Reaction + Send + Sync + 'static) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        serve_calls(listener, move |call| match call.path.as_str() {
            "/grpc.health.v1.Health/Check" => serving(),
            _ => react(call),
        })
    });
    Ok(address)
}

/// Serves for ever. `react` is given the whole call; it may end the process.
///
/// # Errors
/// If the listener cannot be used.
pub fn serve_calls(
    listener: TcpListener,
    react: impl Fn(&Call) -> Reaction + Send + Sync + 'static,
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
    react: Arc<impl Fn(&Call) -> Reaction>,
) {
    let path = request.uri().path().to_owned();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let metadata = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let Some(messages) = read(request.into_body()).await else { return };
    match react(&Call { path, metadata, messages }) {
        Reaction::Hang => std::future::pending().await,
        Reaction::Reset => response.send_reset(Reason::INTERNAL_ERROR),
        Reaction::Answer(bytes) => finish(response, &[bytes], Code::Ok, "", &[]),
        Reaction::Refuse(code, message, more) => finish(response, &[], code, &message, &more),
        Reaction::Stream(messages, code, more) => finish(response, &messages, code, "", &more),
    }
}

/// The messages of a request.
async fn read(mut body: RecvStream) -> Option<Vec<Bytes>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.ok()?;
        body.flow_control().release_capacity(chunk.len()).ok()?;
        bytes.extend_from_slice(&chunk);
    }
    let (mut messages, mut rest) = (Vec::new(), bytes.as_slice());
    while let Some((_, after)) = rest.split_first() {
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        messages.push(Bytes::copy_from_slice(after.get(..length)?));
        rest = &after[length..];
    }
    Some(messages)
}

fn finish(
    mut response: SendResponse<Bytes>,
    messages: &[Vec<u8>],
    code: Code,
    message: &str,
    more: &[(&str, &str)],
) {
    let head = Response::builder().header("content-type", "application/grpc").body(());
    let Ok(head) = head else { return };
    let Ok(mut stream) = response.send_response(head, false) else { return };
    for bytes in messages {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
        let frame = [&[0], length.as_slice(), bytes].concat();
        stream.send_data(frame.into(), false).ok();
    }
    let (code, message) = ((code as i32).to_string(), percent_encoded(message));
    let status = [("grpc-status", code.as_str()), ("grpc-message", message.as_str())];
    let trailers: HeaderMap = status
        .iter()
        .chain(more)
        .filter_map(|(name, value)| {
            Some((http::HeaderName::try_from(*name).ok()?, http::HeaderValue::try_from(*value).ok()?))
        })
        .collect();
    stream.send_trailers(trailers).ok();
}

/// A status message as headers carry it. Specification: gRPC over HTTP2, "Percent-Encoded".
fn percent_encoded(message: &str) -> String {
    let bytes = message.bytes().map(|byte| match byte {
        b' '..=b'~' if byte != b'%' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    bytes.collect()
}
