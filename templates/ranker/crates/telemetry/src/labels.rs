//! Labels: enums, and names that are written in the code, so that no request can make a new time series.
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};

/// A gRPC status code, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Code {
    /// The request was answered.
    Ok,
    /// The request was wrong.
    InvalidArgument,
    /// What the request names does not exist.
    NotFound,
    /// There was no answer in time.
    DeadlineExceeded,
    /// Too many requests were in flight.
    ResourceExhausted,
    /// A stage failed without which there is no answer.
    Unavailable,
    /// The caller went away.
    Cancelled,
    /// A fault of the service's own.
    Internal,
}

/// How a stage failed, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Cause {
    /// It did not answer within the time left.
    Timeout,
    /// Something that it needs failed.
    Dependency,
    /// It answered for another number of candidates than it was asked about.
    Length,
}

/// What a service reads anew while it runs, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Part {
    /// The features.
    Store,
    /// The model.
    Model,
    /// The experiments.
    Experiments,
    /// The full-text index.
    Index,
}

/// What came of a reload, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Reload {
    /// The new one serves.
    Accepted,
    /// The new one was not right, and the old one serves on.
    Refused,
}

/// What a request asks outside of itself, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Dependency {
    /// The feature store.
    Store,
    /// The model.
    Model,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfRpc {
    pub(crate) rpc: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct RpcAndCode {
    pub(crate) rpc: &'static str,
    pub(crate) code: Code,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfStage {
    pub(crate) stage: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct StageAndCause {
    pub(crate) stage: &'static str,
    pub(crate) cause: Cause,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct OfDependency {
    pub(crate) dependency: Dependency,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct PartAndReload {
    pub(crate) part: Part,
    pub(crate) outcome: Reload,
}
