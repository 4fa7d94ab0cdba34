//! The service that puts together the page of shelves that a viewer sees first.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod candidate;
pub mod config;
pub mod inputs;
pub mod pipeline;
pub mod query;
mod reasons;
mod request;
mod response;
pub mod service;
mod stages;
