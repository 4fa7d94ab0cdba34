//! A model server that speaks the Open Inference Protocol: what a model of this workspace is when it runs elsewhere.

mod server;
mod service;
pub mod wire;

pub use server::{ServeError, open, serve};
