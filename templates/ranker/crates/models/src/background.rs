//! Scoring in this process, beside what else it does.
use std::error::Error;
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::matrix::Matrix;
use crate::model::ModelError;

/// Rows are scored in blocks of one size, the last one filled up. So an engine adds up every row in the same way, and a
/// row's score is the same to the last bit whatever else is scored with it; and a caller who no longer waits is noticed
/// between two blocks.
pub(crate) const BLOCK: usize = 32;

/// The scores of rows of so many columns by a function of [`BLOCK`] whole rows, which has no pause and must not hold up
/// other requests of this thread.
pub(crate) async fn infer<E: Into<Box<dyn Error + Send + Sync>>>(
    rows: Matrix,
    columns: usize,
    within: Duration,
    mut score: impl FnMut(&[f32]) -> Result<Vec<f32>, E> + Send + 'static,
) -> Result<Vec<f32>, ModelError> {
    if rows.columns() != columns {
        return Err(ModelError::Columns { expected: columns, got: rows.columns() });
    }
    let until = Instant::now() + within;
    let infer = spawn_blocking(move || {
        let mut scores = Vec::with_capacity(rows.rows());
        for block in rows.values().chunks(BLOCK * columns.max(1)) {
            if Instant::now() >= until {
                return Err(ModelError::Timeout);
            }
            let mut whole = block.to_vec();
            whole.resize(BLOCK * columns, 0.0);
            let of_block = score(&whole).map_err(|error| ModelError::Engine(error.into()))?;
            scores.extend(of_block.into_iter().take(block.len() / columns.max(1)));
        }
        Ok(scores)
    });
    let scores = timeout(within, infer).await.map_err(|_elapsed| ModelError::Timeout)?;
    scores.map_err(|error| ModelError::Engine(error.into()))?
}
