//! Finds tracks by what people type, and ranks what it finds.
//!
//! `main` wires the service; `request`, `service` and `response` speak gRPC; `words`, `titles` and `index` find tracks;
//! `profiles` are the ways in which they are ranked, and `pipeline` lists the stages of one; `inputs` is the one place
//! where a number of the model comes from, for serving and for training alike.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod candidate;
pub mod config;
pub mod fit;
pub mod index;
pub mod inputs;
pub mod pipeline;
pub mod profiles;
pub mod query;
pub mod rankers;
mod reasons;
mod request;
mod response;
pub mod service;
mod stages;
pub mod titles;
pub mod words;
