//! What was decided: `gatefold.yaml`, the base's against head's, exceptions in code, approvals and signatures.
//!
//! All YAML of Gatefold is read here, with limits and locations. This crate reads no clock, no environment and
//! no path outside the trees that it is given.

pub mod approvals;
mod check;
mod clock;
mod cursor;
mod differences;
mod document;
pub mod edit;
mod error;
pub mod exceptions;
mod judge;
pub mod known;
mod near;
mod path;
mod reference;
pub mod rules;
mod schema;
mod settings;
mod span;
mod today;
mod values;
mod yaml;

pub use clock::Clock;
pub use differences::{Difference, Effect, Loosening, differences, effective, loosenings};
pub use document::{Document, POLICY_FILE};
pub use error::PolicyError;
pub use judge::{AWAITS_APPROVAL, Judged, Judging, judge, takes_exceptions};
pub use near::did_you_mean;
pub use reference::reference;
pub use schema::{Direction, Key, Schema, Section, count, joined};
pub use settings::{Approvers, LevelSetting, Mode, Settings, Vouching};
pub use span::Span;
pub use today::Today;
pub use yaml::{MAX_BYTES, MAX_DEPTH, MAX_VALUES, no_yaml, yaml};
