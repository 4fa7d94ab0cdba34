//! What is believed about the long-term reward of a track, and how it blends with the short-term score: pure
//! arithmetic, no clock, no I/O.
//!
//! A listener who streams a track for the first time may come back to it over the following sixty days; the share of
//! those days is the reward. It is known in full only after two months, but in [parts](PERIODS) much earlier. A
//! [`Belief`] is what all parts that are known so far say about the reward of a track, as a mean and a variance, and a
//! [`Blend`] makes a score of it and of a prediction for the short term.
//!
//! The idea, to act on a belief that a Bayesian filter keeps, instead of waiting for the whole reward or of optimising a
//! short proxy of it, is that of T. M. McDonald, L. Maystre, M. Lalmas, D. Russo and K. Ciosek, *Impatient Bandits:
//! Optimizing Recommendations for the Long-Term Without Delay*, KDD 2023, arXiv:2307.09943. They keep a Gaussian over
//! the mean of all sixty days and learn its covariances. This crate keeps a Gaussian over their sum alone, which is the
//! special case of a prior covariance `P0 w wᵀ` and a noise covariance `s² diag(w)`, where `w` are the [shares](Period)
//! of the periods: an early part speaks for the whole, with as much weight as is its share. A belief is then two numbers,
//! and costs nothing to serve; what is given up is that a track that is tried a lot and soon forgotten looks better than
//! it is until its later periods are known.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod belief;
mod blend;
mod error;
mod evidence;
mod filter;
mod period;

pub use belief::Belief;
pub use blend::Blend;
pub use error::RewardError;
pub use evidence::Evidence;
pub use filter::{Filter, observe};
pub use period::{DAYS, PERIODS, Period};
