//! What may be said of all requests from those that were asked: bounds, intervals and tests, each checked against an
//! independent package.

mod bootstrap;
mod holm;
mod proportion;

pub use bootstrap::{Interval, RESAMPLES, SEED, paired_bootstrap};
pub use holm::holm;
pub use proportion::{lower_bound, upper_bound};
