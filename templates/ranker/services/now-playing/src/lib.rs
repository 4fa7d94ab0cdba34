//! Ranks what may follow the track that is playing.
//!
//! `main` wires the service; `request`, `service` and `response` speak gRPC; `pipeline` lists the stages;
//! `inputs` is the one place where a number of the model comes from, for serving and for training alike.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod candidate;
pub mod inputs;
pub mod pipeline;
pub mod query;
mod reasons;
mod request;
mod response;
pub mod service;
mod stages;
