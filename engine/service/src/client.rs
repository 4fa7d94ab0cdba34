//! A gRPC client without generated code: requests and answers are JSON, the protos come from a tree.

use std::net::SocketAddr;
use std::time::Duration;

use prost_reflect::prost::bytes::Bytes;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, SerializeOptions};
use serde_json::Value;
use tonic::Code;
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue};
use tonic::transport::{Channel, Endpoint};

use crate::Error;
use crate::exchange::{Heard, exchange, innermost};

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
    /// The response in proto JSON, with proto field names and with defaults present; `None` unless the code is OK, and
    /// of a method that gives a stream.
    pub response: Option<Value>,
    /// Every response, in the order in which they came; of a stream also those before a status that is not OK.
    pub responses: Vec<DynamicMessage>,
    /// Metadata and trailers together, in lower case; the values of `-bin` keys in base64.
    pub metadata: Vec<(String, String)>,
    /// Those of the metadata that came behind the answer, or with a status and nothing else.
    pub trailers: Vec<(String, String)>,
    /// What a status carries besides its message: a `google.rpc.Status` in bytes, see [`details`](crate::details).
    pub details: Vec<u8>,
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
        if !address.ip().is_loopback() {
            return Err(Error::NoClient { address, reason: "it is not a loopback address".to_owned() });
        }
        Client::remote(address, pool)
    }

    /// A client for an address anywhere, which only somebody's explicit wish allows.
    pub(crate) fn remote(address: SocketAddr, pool: DescriptorPool) -> Result<Client, Error> {
        let failed = |reason: String| Error::NoClient { address, reason };
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
        self.call_messages(method, vec![request], deadline, metadata)
    }

    /// Calls a method of any kind: sends every request at once, then nothing more, and reads until the service is done.
    /// A unary method takes one request.
    pub fn call_messages(
        &mut self,
        method: &MethodDescriptor,
        requests: Vec<DynamicMessage>,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<Answer, Error> {
        let call = self.begin(method, requests, deadline, metadata)?;
        Ok(self.runtime.block_on(call))
    }

    /// A call that is under way once it is polled.
    pub(crate) fn begin(
        &self,
        method: &MethodDescriptor,
        requests: Vec<DynamicMessage>,
        deadline: Duration,
        metadata: &[(String, String)],
    ) -> Result<impl Future<Output = Answer> + Send + use<>, Error> {
        let rpc = rpc_name(method);
        let bad = |reason: String| Error::BadRequest { rpc: rpc.clone(), reason };
        let mut request = tonic::Request::new(tokio_stream::iter(requests));
        for (name, value) in metadata {
            let key: AsciiMetadataKey =
                name.parse().map_err(|_| bad(format!("`{name}` is no name of metadata")))?;
            let value: AsciiMetadataValue =
                value.parse().map_err(|_| bad(format!("the metadata `{name}` is not ASCII")))?;
            request.metadata_mut().append(key, value);
        }
        request.set_timeout(deadline);
        let path = format!("/{rpc}").parse().map_err(|_| bad("its name is no path".to_owned()))?;
        let exchange = exchange(self.channel.clone(), request, path);
        let method = method.clone();
        Ok(async move {
            match tokio::time::timeout(deadline + SLACK, exchange).await {
                Ok(heard) if !heard.is_timeout() => Answer::of(&method, heard),
                _ => Answer::late(deadline),
            }
        })
    }

    /// What calls run on.
    pub(crate) fn runtime(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }
}

impl Answer {
    fn late(deadline: Duration) -> Answer {
        let message = format!("no answer within {deadline:?}");
        Answer {
            code: Code::DeadlineExceeded,
            message: message.clone(),
            response: None,
            responses: Vec::new(),
            metadata: Vec::new(),
            trailers: Vec::new(),
            details: Vec::new(),
            unsent: Some(message),
        }
    }

    fn of(method: &MethodDescriptor, heard: Heard) -> Answer {
        let Heard { messages, metadata, trailers, status } = heard;
        let mut answer = Answer {
            code: status.code(),
            message: status.message().to_owned(),
            response: None,
            responses: Vec::with_capacity(messages.len()),
            metadata: metadata.into_iter().chain(trailers.clone()).collect(),
            trailers,
            details: status.details().to_vec(),
            unsent: std::error::Error::source(&status).map(innermost),
        };
        match answer.read(method, messages) {
            Ok(()) => answer,
            Err(message) => Answer {
                code: Code::Internal,
                message: message.clone(),
                response: None,
                unsent: Some(message),
                ..answer
            },
        }
    }

    /// Reads what came; says what of it is no answer of the method.
    fn read(&mut self, method: &MethodDescriptor, messages: Vec<Bytes>) -> Result<(), String> {
        let output = method.output();
        let no_answer = |reason: String| format!("the answer is no `{}`: {reason}", output.full_name());
        for message in messages {
            let read = DynamicMessage::decode(output.clone(), message);
            self.responses.push(read.map_err(|error| no_answer(error.to_string()))?);
        }
        if self.code != Code::Ok || method.is_server_streaming() {
            return Ok(());
        }
        let [response] = self.responses.as_slice() else {
            return Err(format!("{} messages came where the method gives one", self.responses.len()));
        };
        self.response = Some(to_json(response).map_err(no_answer)?);
        Ok(())
    }
}

/// Finds a unary method by its name, as in `ranking.v1.NowPlaying/RankQueue`.
pub fn method(pool: &DescriptorPool, rpc: &str) -> Result<MethodDescriptor, Error> {
    let method = any_method(pool, rpc)?;
    if method.is_client_streaming() || method.is_server_streaming() {
        let reason = "it is a streaming method; only unary ones can be called".to_owned();
        return Err(Error::NoSuchMethod { rpc: rpc.to_owned(), reason });
    }
    Ok(method)
}

/// Finds a method of any kind by its name.
pub fn any_method(pool: &DescriptorPool, rpc: &str) -> Result<MethodDescriptor, Error> {
    let failed = |reason: String| Error::NoSuchMethod { rpc: rpc.to_owned(), reason };
    let (service, name) = rpc
        .trim_start_matches('/')
        .rsplit_once('/')
        .ok_or_else(|| failed("it is not of the form `package.Service/Method`".to_owned()))?;
    if service.contains('/') {
        return Err(failed(format!("its service is said already: write `{name}`")));
    }
    let service = pool
        .get_service_by_name(service)
        .ok_or_else(|| failed(format!("the protos have no service `{service}`")))?;
    let method = service
        .methods()
        .find(|method| method.name() == name)
        .ok_or_else(|| failed(format!("`{}` has no method `{name}`", service.full_name())))?;
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

/// A message as proto JSON, with proto field names and without what is not set.
pub fn to_short_json(message: &DynamicMessage) -> Result<Value, String> {
    let options = SerializeOptions::new().use_proto_field_name(true);
    message.serialize_with_options(serde_json::value::Serializer, &options).map_err(|error| error.to_string())
}

fn rpc_name(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().full_name(), method.name())
}
