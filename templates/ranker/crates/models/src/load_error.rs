//! Why a model does not start.
use std::error::Error;
use std::io;
use std::path::PathBuf;

/// A model that cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file is larger than any that this service is meant for.
    #[error("failed to read {}: larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The largest size that is read.
        limit: u64,
    },
    /// The signature is not one.
    #[error("failed to parse {}", path.display())]
    Signature {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_yaml::Error,
    },
    /// The signature is one that no model of this workspace can keep.
    #[error("failed to use {}: {problem}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The model is not one that the engine can run.
    #[error("failed to load {}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The model is not the one that the signature speaks of.
    #[error("{} does not keep its signature: {problem}", path.display())]
    Mismatch {
        /// The model's file.
        path: PathBuf,
        /// What is different.
        problem: String,
    },
    /// The address of a model server is not one.
    #[error("failed to use `{endpoint}` as the address of a model server")]
    Endpoint {
        /// The address.
        endpoint: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A model server does not answer, or does not have the model.
    #[error("failed to ask the model server {endpoint}")]
    Unreachable {
        /// The address of the server.
        endpoint: String,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The model of a server is not the one that the signature speaks of.
    #[error("the model server {endpoint} does not keep the signature: {}", differences.join("; "))]
    Differs {
        /// The address of the server.
        endpoint: String,
        /// Everything that is different.
        differences: Vec<String>,
    },
    /// The model could not be loaded in the time there is.
    #[error("failed to load {} in time", path.display())]
    Late {
        /// The signature's file.
        path: PathBuf,
    },
}
