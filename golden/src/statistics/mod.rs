//! What may be said of all requests from those that were asked: bounds, intervals and tests, each checked against an
//! independent package.

mod proportion;

pub use proportion::{lower_bound, upper_bound};
