//! Messages and client of the Open Inference Protocol, generated from `protos/inference`.
#![allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::allow_attributes_without_reason,
    clippy::enum_variant_names,
    reason = "generated code documents messages, not the plumbing around them"
)]

tonic::include_proto!("inference");

/// The protocol's name for `float32`, the only type of numbers that go over the wire.
pub(super) const FP32: &str = "FP32";
