//! Why the guard could not look.

use std::path::PathBuf;

/// The live tier or `golden accept` could not do its work. What is wrong with rankings is a finding, never an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The service did not start.
    #[error("failed to start `{service}`: {reason}")]
    Start {
        /// Name of the service.
        service: String,
        /// What was said.
        reason: String,
    },
    /// A request could not be asked, or its answer not be read.
    #[error("failed to ask `{service}` for `{request}`: {reason}")]
    Ask {
        /// Name of the service.
        service: String,
        /// Id of the request.
        request: String,
        /// What was said.
        reason: String,
    },
    /// The service is there and does not answer.
    #[error("failed to ask `{service}` for `{request}`: {patience} answers in a row did not come: {reason}")]
    Silent {
        /// Name of the service.
        service: String,
        /// Id of the last request that was asked.
        request: String,
        /// How many answers did not come.
        patience: usize,
        /// What was said of the last.
        reason: String,
    },
    /// Mutants of the service would say nothing about its corpus.
    #[error("failed to try mutants of `{service}`: {reason}")]
    Mutate {
        /// Name of the service.
        service: String,
        /// What was said.
        reason: String,
    },
    /// A file of a corpus cannot be read.
    #[error("failed to read {path}: {reason}")]
    Read {
        /// Path from the root.
        path: String,
        /// What was said.
        reason: String,
    },
    /// The rankings are not fit to be recorded.
    #[error("failed to record the rankings of `{service}`: {reason}")]
    NotRecorded {
        /// Name of the service.
        service: String,
        /// What is wrong with them.
        reason: String,
    },
    /// No corpus of the policy belongs to that service.
    #[error("failed to find a corpus of `{0}` in the policy")]
    NoCorpus(String),
    /// The policy has no corpus of that name.
    #[error("failed to find the corpus `{0}` in the policy")]
    NoSuchCorpus(String),
    /// The recording could not be written; the old one is untouched.
    #[error("failed to write {}: {reason}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
}
