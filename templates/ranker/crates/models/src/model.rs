//! What runs a model.
use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;

use crate::matrix::Matrix;
use crate::signature::Signature;
use crate::wrong_answer::WrongAnswer;

/// Something that scores rows as its signature says.
#[async_trait]
pub trait Model: Send + Sync {
    /// What the model takes and gives.
    fn signature(&self) -> &Signature;

    /// One number for each row, in their order. A row's number does not depend on the other rows.
    ///
    /// # Errors
    /// A [`ModelError`] if the numbers cannot be had `within` the time given.
    async fn infer(&self, rows: Matrix, within: Duration) -> Result<Vec<f32>, ModelError>;
}

/// A model that did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It did not answer in time.
    #[error("the model did not answer in time")]
    Timeout,
    /// It was asked about rows of another width than its signature says.
    #[error("the model takes {expected} columns, got {got}")]
    Columns {
        /// The number of columns in the signature.
        expected: usize,
        /// The number of columns of the rows.
        got: usize,
    },
    /// It was asked about more rows at once than fit into a request.
    #[error("the model takes {most} rows at once, got {got}")]
    Rows {
        /// The most that fit.
        most: usize,
        /// The number of rows.
        got: usize,
    },
    /// Its server answered something else than what was asked.
    #[error("the model's server gave a wrong answer")]
    Answer(#[from] WrongAnswer),
    /// Its engine failed.
    #[error("the model failed")]
    Engine(#[source] Box<dyn Error + Send + Sync>),
}
