//! Why a command did not succeed, and its exit code.
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use features::{FileError, PublishError};
use quality::{LoadError, StandardError};

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Standard(#[from] StandardError),
    #[error(transparent)]
    Records(#[from] LoadError),
    #[error("failed to load into {server}")]
    Publish { server: String, source: PublishError },
    #[error("failed to write JSON")]
    Json(#[from] serde_json::Error),
    #[error("failed to write YAML")]
    Yaml(#[from] serde_yaml::Error),
    #[error("failed to write {}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("failed to write to standard output")]
    Output(#[from] io::Error),
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        LoadError::from(error).into()
    }
}

impl Failure {
    /// 1 where the batch is at fault, 2 where there is no verdict about it.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Records(LoadError::File(FileError::Unreadable { .. })) => ExitCode::from(2),
            Self::Records(LoadError::Refused(_) | LoadError::File(_)) => ExitCode::from(1),
            _ => ExitCode::from(2),
        }
    }
}
