//! All that stands around a handler, so that a service's own code is only what it ranks.
//!
//! `main` reads a [`Config`], opens [`engines`] and a [`Host`], and hands its server to [`start`]; a handler answers a
//! [`Call`]: decode with [`fields`], [`Call::rank`], encode with [`wire`].

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod args;
mod call;
mod config;
mod cost;
pub mod engines;
pub mod fields;
mod host;
mod process;
mod ranker;
mod records;
mod refusal;
mod reload;
mod server;
mod text;
mod watch;
pub mod wire;

pub use args::Args;
pub use call::Call;
pub use config::{Config, ConfigError, DeadlineConfig, NoKeys};
pub use fields::InvalidField;
pub use host::{Host, HostError, Limits};
pub use process::run;
pub use ranker::Ranker;
pub use records::{RecordsError, read_records};
pub use refusal::Refusal;
pub use reload::{Live, at_hangup};
pub use server::{GrpcService, MAX_REQUEST_BYTES, ServeError, serve, start};
pub use text::read_text;
pub use watch::StageWatch;
