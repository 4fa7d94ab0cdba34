//! A client of any method, which sends and receives bytes as they are.
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use prost::encoding::{DecodeContext, decode_key, skip_field};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};

use crate::requests::Requests;

/// However slow a service is, an answer is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a service.
#[derive(Debug, Clone)]
pub struct Client {
    channel: Channel,
    path: PathAndQuery,
    deadline: Option<Duration>,
    degraded: Option<u32>,
}

/// Connections that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The service does not listen.
    #[error("failed to connect to {address}")]
    Transport {
        /// Its address.
        address: String,
        /// Why.
        #[source]
        source: tonic::transport::Error,
    },
    /// The method has no path.
    #[error("`{0}` is not the path of a method")]
    Path(String),
}

/// Connects as often as asked for; a request grants the `deadline`, or leaves it to the service.
///
/// # Errors
/// A [`ConnectError`] if the service does not listen.
pub async fn connect(
    address: &str,
    connections: usize,
    requests: &Requests,
    deadline: Option<Duration>,
) -> Result<Vec<Client>, ConnectError> {
    let failed = |source| ConnectError::Transport { address: address.to_owned(), source };
    let path = PathAndQuery::try_from(requests.path.as_str())
        .map_err(|_invalid| ConnectError::Path(requests.path.clone()))?;
    let endpoint = Endpoint::from_shared(format!("http://{address}")).map_err(failed)?;
    let endpoint = endpoint.connect_timeout(PATIENCE).timeout(PATIENCE).tcp_nodelay(true);
    let mut clients = Vec::new();
    for _ in 0..connections.max(1) {
        let channel = endpoint.connect().await.map_err(failed)?;
        clients.push(Client { channel, path: path.clone(), deadline, degraded: requests.degraded });
    }
    Ok(clients)
}

impl Client {
    /// Asks, and says whether the answer lacks a stage.
    ///
    /// # Errors
    /// The code with which the service refused.
    pub async fn ask(&self, request: Bytes) -> Result<bool, Code> {
        let mut request = Request::new(request);
        if let Some(deadline) = self.deadline {
            request.set_timeout(deadline);
        }
        let mut grpc = Grpc::new(self.channel.clone());
        grpc.ready().await.map_err(|_gone| Code::Unavailable)?;
        let answer = grpc.unary(request, self.path.clone(), Plain).await.map_err(|status| status.code())?;
        Ok(self.degraded.is_some_and(|field| has_field(answer.into_inner(), field)))
    }
}

/// Whether a message has a field, without decoding what else it has. A message that is cut off has none.
fn has_field(mut message: Bytes, field: u32) -> bool {
    while message.has_remaining() {
        match decode_key(&mut message) {
            Ok((tag, _)) if tag == field => return true,
            Ok((tag, wire_type))
                if skip_field(wire_type, tag, &mut message, DecodeContext::default()).is_ok() => {}
            _ => return false,
        }
    }
    false
}

/// Messages that are bytes already.
#[derive(Debug, Clone, Copy, Default)]
struct Plain;

impl Codec for Plain {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_behind_others() {
        // Field 1, varint 150; field 2, "hi"; field 9, empty.
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x4a, 0x00];
        for (field, there) in [(1, true), (2, true), (9, true), (3, false)] {
            assert_eq!(has_field(Bytes::copy_from_slice(&message), field), there, "{field}");
        }
    }

    #[test]
    fn a_message_that_is_cut_off_has_no_more_fields() {
        assert!(!has_field(Bytes::from_static(&[0x12, 0x7f, b'h']), 9));
        assert!(!has_field(Bytes::from_static(&[0xff]), 9));
    }
}
