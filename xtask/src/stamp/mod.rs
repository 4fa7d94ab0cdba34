//! Stamping: new services and whole workspaces, copied from the living template under another name.
//!
//! Everything is planned in memory and written last, so that a refusal leaves nothing half written.

mod files;
mod line_ends;
mod lock;
mod manifest;
mod name;
mod pack;
mod policy;
mod readme;
mod restyle;
mod service;
mod taken;
mod wiring;
mod words;
mod workspace;
mod write;

pub(crate) use name::Name;
pub(crate) use service::{MOULD, Origin, Stamped, service};
pub(crate) use wiring::{gated, scalar, wired};
pub(crate) use workspace::{Decided, Judge, workspace};
pub(crate) use write::Plan;
