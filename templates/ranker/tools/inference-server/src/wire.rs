//! Messages, client and server of the Open Inference Protocol, generated from `protos/inference`.
#![allow(
    missing_docs,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::enum_variant_names,
    reason = "generated code documents messages, not the plumbing around them"
)]

tonic::include_proto!("inference");

/// Descriptors of the protocol with its comments, as an encoded `FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/inference.binpb"));
