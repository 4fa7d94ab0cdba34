//! Why a call has no answer, as a status, a label and a line of the log.
use pipeline::RankError;
use telemetry::{Code, error_chain};
use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt};

use crate::fields::InvalidField;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A field of the request is wrong.
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    /// As many requests as there may be are being answered.
    #[error("too many requests are being answered")]
    Busy,
    /// The deadline is over.
    #[error("no answer within the deadline")]
    Late,
    /// A stage failed without which there is no ranking.
    #[error(transparent)]
    Failed(#[from] RankError),
}

impl Refusal {
    /// The status code, as a label.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::Busy => Code::ResourceExhausted,
            Self::Late => Code::DeadlineExceeded,
            Self::Failed(_) => Code::Unavailable,
        }
    }

    pub(crate) fn log(&self, request_id: &str, took_ms: f64) {
        let code = self.code();
        match self {
            // What is wrong may be the identifier, and then it may be anything.
            Self::Invalid(wrong) => tracing::info!(took_ms, ?code, field = wrong.field, "refused"),
            Self::Busy | Self::Late => tracing::warn!(took_ms, ?code, error = %self, "refused"),
            Self::Failed(error) => {
                tracing::error!(request_id, took_ms, ?code, error = error_chain(error), "refused");
            }
        }
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Invalid(InvalidField { field, problem }) => Self::with_error_details(
                tonic::Code::InvalidArgument,
                message,
                ErrorDetails::with_bad_request_violation(field, problem),
            ),
            Refusal::Busy => Self::resource_exhausted(message),
            Refusal::Late => Self::deadline_exceeded(message),
            // The message names the stage; its cause is for the log.
            Refusal::Failed(_) => Self::unavailable(message),
        }
    }
}
