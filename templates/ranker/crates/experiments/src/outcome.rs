//! What became of a unit after it was served, as one event.
use serde::{Deserialize, Serialize};

/// One thing that a unit did or that befell it, such as a play that it skipped.
///
/// Two outcomes that are the same in all fields are one that was written twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The unit of the experiments, such as the viewer.
    pub unit: String,
    /// The metric's name, as experiments have it.
    pub metric: String,
    /// How much of it; finite, since JSON has no other numbers.
    pub value: f64,
    /// When, in milliseconds since 1970, by a clock that is that of the exposures to within what one cares for.
    pub at_ms: u64,
}
