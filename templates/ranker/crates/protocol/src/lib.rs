//! Generated messages, clients and servers of the ranking services, and nothing else.

/// Version 1 of the ranking services.
pub mod ranking {
    /// Messages, clients and servers of `package ranking.v1`.
    #[allow(
        missing_docs,
        unused_qualifications,
        clippy::allow_attributes_without_reason,
        reason = "generated code documents messages, not the plumbing around them"
    )]
    pub mod v1 {
        tonic::include_proto!("ranking.v1");
    }
}

/// Descriptors of all protos of the workspace with their imports and comments, as an encoded `FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ranking.v1.binpb"));
