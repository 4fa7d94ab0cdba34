//! Messages on the wire: requests are dynamic messages, answers stay bytes.

use prost_reflect::DynamicMessage;
use prost_reflect::prost::Message;
use prost_reflect::prost::bytes::{Buf, BufMut, Bytes};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// Writes dynamic messages and leaves answers as bytes, so that an answer that cannot be read is told apart from a
/// status of the service.
#[derive(Clone, Copy)]
pub(crate) struct Untyped;

impl Codec for Untyped {
    type Encode = DynamicMessage;
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

impl Encoder for Untyped {
    type Item = DynamicMessage;
    type Error = Status;

    fn encode(&mut self, item: DynamicMessage, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.put_slice(&item.encode_to_vec());
        Ok(())
    }
}

impl Decoder for Untyped {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(source.copy_to_bytes(source.remaining())))
    }
}
