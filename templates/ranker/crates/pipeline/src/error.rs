//! How a stage fails, and what its failure means for the ranking.
use std::error::Error;

/// What a stage's failure means for the ranking. There is no default: every stage that can fail has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The ranking goes on without the stage, and the outcome says so.
    Degrade,
    /// There is no ranking.
    Fail,
}

/// How a stage failed.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// It did not answer within the time left.
    #[error("no answer within the time left")]
    Timeout,
    /// Something that it needs failed.
    #[error("dependency failed: {0}")]
    Dependency(#[source] Box<dyn Error + Send + Sync>),
    /// It answered for another number of candidates than it was asked about.
    #[error("answered for {got} candidates, asked about {expected}")]
    Length {
        /// The number of candidates it was asked about.
        expected: usize,
        /// The number it answered for.
        got: usize,
    },
}

impl StageError {
    /// The failure of something that the stage needs.
    pub fn dependency(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Dependency(error.into())
    }
}

/// A stage failed without which there is no ranking.
#[derive(Debug, thiserror::Error)]
#[error("stage `{stage}` failed")]
pub struct RankError {
    /// The stage's name.
    pub stage: &'static str,
    /// How it failed.
    #[source]
    pub error: StageError,
}

/// Refuses an answer that is not as long as the question.
pub(crate) fn expect_length(expected: usize, got: usize) -> Result<(), StageError> {
    if expected == got { Ok(()) } else { Err(StageError::Length { expected, got }) }
}
