//! One call of any kind: what is sent, what comes back, and how it ends.

use http::uri::PathAndQuery;
use prost_reflect::DynamicMessage;
use prost_reflect::prost::bytes::Bytes;
use tonic::metadata::{KeyAndValueRef, MetadataMap};
use tonic::transport::Channel;
use tonic::{Request, Status};

use crate::codec::Untyped;

/// The largest answer that is read, in bytes; of a stream all its messages together.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// What was heard of a service over one call.
pub(crate) struct Heard {
    /// The responses, as bytes.
    pub(crate) messages: Vec<Bytes>,
    /// What came before them.
    pub(crate) metadata: Vec<(String, String)>,
    /// What came behind them, or with a status and nothing else.
    pub(crate) trailers: Vec<(String, String)>,
    /// How it ended. One that the service did not send has a source.
    pub(crate) status: Status,
}

/// Sends all requests and hears the service out.
pub(crate) async fn exchange(
    channel: Channel,
    request: Request<impl tokio_stream::Stream<Item = DynamicMessage> + Send + 'static>,
    path: PathAndQuery,
) -> Heard {
    let mut heard =
        Heard { messages: Vec::new(), metadata: Vec::new(), trailers: Vec::new(), status: Status::ok("") };
    let mut grpc = tonic::client::Grpc::new(channel).max_decoding_message_size(MAX_ANSWER);
    if let Err(error) = grpc.ready().await {
        heard.status = Status::from_error(Box::new(error));
        return heard;
    }
    let mut stream = match grpc.streaming(request, path, Untyped).await {
        Err(status) => return heard.ended(status),
        Ok(response) => {
            heard.metadata = pairs(response.metadata());
            response.into_inner()
        }
    };
    let mut size = 0;
    loop {
        match stream.message().await {
            Ok(Some(message)) => {
                size += message.len();
                heard.messages.push(message);
                if size > MAX_ANSWER {
                    let error =
                        std::io::Error::other(format!("the stream is larger than {MAX_ANSWER} bytes"));
                    return heard.ended(Status::from_error(Box::new(error)));
                }
            }
            Err(status) => return heard.ended(status),
            Ok(None) => break,
        }
    }
    match stream.trailers().await {
        Ok(trailers) => heard.trailers = trailers.as_ref().map(pairs).unwrap_or_default(),
        Err(status) => return heard.ended(status),
    }
    heard
}

impl Heard {
    fn ended(mut self, status: Status) -> Heard {
        self.trailers = pairs(status.metadata());
        self.status = status;
        self
    }

    /// Whether tonic's own timer ended the call. It reports CANCELLED then, where the specification of gRPC has
    /// DEADLINE_EXCEEDED.
    pub(crate) fn is_timeout(&self) -> bool {
        chain(&self.status).any(|error| error.is::<tonic::TimeoutExpired>())
    }
}

fn chain<'a>(status: &'a Status) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(status), |error| error.source())
}

pub(crate) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// What a service sent besides its status.
fn pairs(metadata: &MetadataMap) -> Vec<(String, String)> {
    metadata
        .iter()
        .map(|pair| match pair {
            KeyAndValueRef::Ascii(key, value) => (key.to_string(), lossy(value.as_encoded_bytes())),
            KeyAndValueRef::Binary(key, value) => (key.to_string(), lossy(value.as_encoded_bytes())),
        })
        .filter(|(key, _)| {
            !["grpc-status", "grpc-message", "grpc-status-details-bin"].contains(&key.as_str())
        })
        .collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
