//! A gRPC client without generated code: requests and answers are JSON, the protos come from a tree.

use std::net::SocketAddr;
use std::time::Duration;

use prost_reflect::prost::bytes::Bytes;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions};
use serde_json::Value;
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue, KeyAndValueRef, MetadataMap};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use crate::Error;
use crate::codec::Untyped;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
/// How much later than the deadline an answer may arrive that the service gave in time.
const SLACK: Duration = Duration::from_millis(20);

/// A blocking client of one address, with a runtime of its own.
pub struct Client {
    runtime: tokio::runtime::Runtime,
    channel: Channel,
    address: SocketAddr,
    pool: DescriptorPool,
}

/// What came back from one call.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code. A call without an answer within its deadline has DEADLINE_EXCEEDED.
    pub code: Code,
    /// The status message.
    pub message: String,
    /// The response in proto JSON, with proto field names and with defaults present; `None` unless the code is OK.
    pub response: Option<Value>,
    /// Metadata and trailers together, in lower case; the values of `-bin` keys in base64.
    pub metadata: Vec<(String, String)>,
    /// Set where the status is not the service's own word: the deadline passed, the connection or the stream broke,
    /// the answer does not fit the protos. Says which.
    pub unsent: Option<String>,
}

/// How long a connection over loopback may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The longest that any call takes, whatever deadline it was given.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

impl Client {
    /// A client for an address on loopback. It connects on the first call and again after a break.
    pub fn connect(address: SocketAddr, pool: DescriptorPool) -> Result<Client, Error> {
        let failed = |reason: String| Error::NoClient { address, reason };
        if !address.ip().is_loopback() {
            return Err(failed("it is not a loopback address".to_owned()));
        }
        // One worker, so that the connection is kept up between calls too.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| failed(error.to_string()))?;
        let endpoint = Endpoint::from_shared(format!("http://{address}"))
            .map_err(|error| failed(error.to_string()))?
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN);
        let channel = {
            let _context = runtime.enter();
            endpoint.connect_lazy()
        };
        Ok(Client { runtime, channel, address, pool })
    }

    /// The address that is called.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The protos that requests and answers are read by.
    pub fn pool(&self) -> &DescriptorPool {
        &self.pool
    }

    /// Calls a unary method, named as in `ranking.v1.NowPlaying/RankQueue`. The deadline is sent along and kept here
    /// too. An error means that there was no call; whatever came of a call is an [`Answer`].
    pub fn call(
        &mut self,
        rpc: &str,
        request: Value,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Answer, Error> {
        let method = method(&self.pool, rpc)?;
        let request = self::request(&method, request)?;
        self.call_message(&method, request, deadline, metadata)
    }

    /// Calls a unary method with a message that was read before.
    pub fn call_message(
        &mut self,
        method: &MethodDescriptor,
        request: DynamicMessage,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Answer, Error> {
        let rpc = rpc_name(method);
        let bad = |reason: String| Error::BadRequest { rpc: rpc.clone(), reason };
        let mut request = tonic::Request::new(request);
        for (name, value) in metadata {
            let key: AsciiMetadataKey =
                name.parse().map_err(|_| bad(format!("`{name}` is no name of metadata")))?;
            let value: AsciiMetadataValue =
                value.parse().map_err(|_| bad(format!("the metadata `{name}` is not ASCII")))?;
            request.metadata_mut().append(key, value);
        }
        request.set_timeout(deadline);
        let path = format!("/{rpc}").parse().map_err(|_| bad("its name is no path".to_owned()))?;
        let mut grpc = tonic::client::Grpc::new(self.channel.clone()).max_decoding_message_size(MAX_ANSWER);
        let outcome = self.runtime.block_on(async {
            tokio::time::timeout(deadline + SLACK, async {
                grpc.ready().await.map_err(|error| Status::from_error(Box::new(error)))?;
                grpc.unary(request, path, Untyped).await
            })
            .await
        });
        Ok(match outcome {
            Err(_) => Answer::late(deadline),
            Ok(Err(status)) if is_timeout(&status) => Answer::late(deadline),
            Ok(Err(status)) => Answer::refused(&status),
            Ok(Ok(response)) => Answer::given(method.output(), response),
        })
    }
}

impl Answer {
    fn late(deadline: Duration) -> Answer {
        let message = format!("no answer within {deadline:?}");
        Answer {
            code: Code::DeadlineExceeded,
            message: message.clone(),
            response: None,
            metadata: Vec::new(),
            unsent: Some(message),
        }
    }

    fn refused(status: &Status) -> Answer {
        Answer {
            code: status.code(),
            message: status.message().to_owned(),
            response: None,
            metadata: pairs(status.metadata()),
            unsent: std::error::Error::source(status).map(innermost),
        }
    }

    fn given(output: MessageDescriptor, response: tonic::Response<Bytes>) -> Answer {
        let metadata = pairs(response.metadata());
        let name = output.full_name().to_owned();
        let read = DynamicMessage::decode(output, response.into_inner()).map_err(|error| error.to_string());
        match read.and_then(|message| to_json(&message)) {
            Ok(response) => Answer {
                code: Code::Ok,
                message: String::new(),
                response: Some(response),
                metadata,
                unsent: None,
            },
            Err(reason) => {
                let message = format!("the answer is no `{name}`: {reason}");
                Answer {
                    code: Code::Internal,
                    message: message.clone(),
                    response: None,
                    metadata,
                    unsent: Some(message),
                }
            }
        }
    }
}

/// Finds a unary method by its name, as in `ranking.v1.NowPlaying/RankQueue`.
pub fn method(pool: &DescriptorPool, rpc: &str) -> Result<MethodDescriptor, Error> {
    let failed = |reason: String| Error::NoSuchMethod { rpc: rpc.to_owned(), reason };
    let (service, name) = rpc
        .trim_start_matches('/')
        .rsplit_once('/')
        .ok_or_else(|| failed("it is not of the form `package.Service/Method`".to_owned()))?;
    let service = pool
        .get_service_by_name(service)
        .ok_or_else(|| failed(format!("the protos have no service `{service}`")))?;
    let method = service
        .methods()
        .find(|method| method.name() == name)
        .ok_or_else(|| failed(format!("`{}` has no method `{name}`", service.full_name())))?;
    if method.is_client_streaming() || method.is_server_streaming() {
        return Err(failed("it is a streaming method; only unary ones can be called".to_owned()));
    }
    Ok(method)
}

/// Reads a request of a method from proto JSON. Unknown fields are refused.
pub fn request(method: &MethodDescriptor, json: Value) -> Result<DynamicMessage, Error> {
    DynamicMessage::deserialize(method.input(), json)
        .map_err(|error| Error::BadRequest { rpc: rpc_name(method), reason: error.to_string() })
}

/// A message as proto JSON, with proto field names and with defaults present.
pub fn to_json(message: &DynamicMessage) -> Result<Value, String> {
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    message.serialize_with_options(serde_json::value::Serializer, &options).map_err(|error| error.to_string())
}

fn rpc_name(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().full_name(), method.name())
}

/// Whether tonic's own timer ended the call. It reports CANCELLED then, where the specification of gRPC has
/// DEADLINE_EXCEEDED.
fn is_timeout(status: &Status) -> bool {
    chain(status).any(|error| error.is::<tonic::TimeoutExpired>())
}

fn chain<'a>(status: &'a Status) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(std::error::Error::source(status), |error| error.source())
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn pairs(metadata: &MetadataMap) -> Vec<(String, String)> {
    metadata
        .iter()
        .map(|pair| match pair {
            KeyAndValueRef::Ascii(key, value) => (key.to_string(), lossy(value.as_encoded_bytes())),
            KeyAndValueRef::Binary(key, value) => (key.to_string(), lossy(value.as_encoded_bytes())),
        })
        .collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
