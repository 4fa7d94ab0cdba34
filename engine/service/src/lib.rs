//! Services as the live tier sees them: protos compiled from a tree, processes started and ended, calls without
//! generated code.
//!
//! This crate judges nothing. It is the only one that runs anything of the judged tree, always in a process group
//! of its own, with a scrubbed environment, and talks to it over loopback only. The group is ended in every case, on Linux
//! with whatever left it.

pub mod buf;
mod circumstances;
mod client;
mod codec;
mod codes;
mod compile;
mod dependencies;
mod descriptors;
mod details;
mod differing;
mod editions;
mod error;
mod exchange;
mod fields;
mod group;
mod health;
mod launch;
mod many;
mod order;
mod output;
mod parallel;
mod positions;
mod protos;
mod qualify;
mod reflection;
mod reserved;
mod scan;
mod settings;
mod skeleton;
mod stand_in;
mod strays;
#[cfg(feature = "testing")]
pub mod testing;
mod tool;
pub mod wire;
mod workshop;

pub use circumstances::Circumstances;
pub use client::{Answer, Client, any_method, method, request, to_json, to_short_json};
pub use codes::{code_name, parse_code};
pub use compile::{compile, compile_with, pool, roots};
pub use descriptors::DescriptorSet;
pub use details::{Detail, detail_type, details};
pub use differing::Alike;
pub use editions::Features;
pub use error::Error;
pub use fields::{Field, Shape, field, no_field};
pub use launch::{Build, Launch, Running, build_environment, run_environment};
pub use policy::Span;
pub use positions::Positions;
pub use prost_reflect::MethodDescriptor;
pub use protos::{ProtoError, Protos};
pub use reflection::{Served, reflect};
pub use settings::{SECTION, Service, Services};
pub use stand_in::{Received, StandIn};
pub use tonic::Code;
pub use tool::{Said, Tool};
pub use workshop::{Session, Workshop};
