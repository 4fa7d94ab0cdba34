//! Measures of how much two ranked lists agree, and of how good one is. Each is a function of its definition; none
//! re-sorts a list.

mod agreement;
mod kendall;
mod kernel;
mod overlap;
mod pair;
mod rbo;

pub use agreement::Agreement;
pub use kendall::{tau_b_common, tau_b_union, tau_c_common};
pub use kernel::Kernel;
pub use overlap::{average_overlap_at, jaccard_at, overlap_at};
pub use pair::{Pair, Ranked};
pub use rbo::{rbo_extrapolated, rbo_truncated};
