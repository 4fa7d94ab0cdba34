//! Ranks tracks by how well they fit and how popular they are: the smallest complete service.
//!
//! `main` wires the service; `request`, `service` and `response` speak gRPC; `pipeline` lists the stages.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod candidate;
pub mod config;
mod parts_of_score;
pub mod pipeline;
pub mod query;
mod request;
mod response;
pub mod service;
mod stages;
