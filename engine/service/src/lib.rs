//! Services as the live tier sees them: protos compiled from a tree, processes started and ended, calls without
//! generated code.
//!
//! This crate judges nothing. It is the only one that runs anything of the judged tree, always in a process group
//! of its own, with a scrubbed environment, and talks to it over loopback only.

pub mod buf;
mod circumstances;
mod client;
mod codec;
mod codes;
mod error;
mod fields;
mod group;
mod health;
mod launch;
mod order;
mod output;
mod protos;
mod scan;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod workshop;

pub use circumstances::Circumstances;
pub use client::{Answer, Client, method, request, to_json};
pub use codes::{code_name, parse_code};
pub use error::Error;
pub use fields::{Field, Shape, field};
pub use launch::{Build, Launch, Running, build_environment, run_environment};
pub use prost_reflect::MethodDescriptor;
pub use protos::{ProtoError, Protos, compile, pool, roots};
pub use settings::{SECTION, Service, Services, Span};
pub use tonic::Code;
pub use workshop::{Session, Workshop};
