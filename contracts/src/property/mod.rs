//! The section `properties` of scenario files: laws over many requests, which are made from the protos.

mod ask;
mod choices;
mod draw;
mod entry;
mod fields;
mod holds;
mod law;
mod limits;
mod make;
mod numbers;
mod plan;
mod regression;
mod relation;
mod rules_of_buf;
mod run;
mod search;
mod shrink;
mod text;
mod touch;
mod violate;

pub use entry::MOST as MOST_CASES;
pub use search::{Found, Search, Searched};

pub(crate) use entry::Property;
pub(crate) use regression::check as check_regressions;
