//! The guard `contracts`: callers keep what they were promised.
//!
//! The static tier compares head's protos with the base's, finds what buf would find and shows for each finding what
//! becomes of a message on the way between the two. The live tier asks the service built from head what scenario files
//! say.

mod asked;
mod breach;
mod category;
mod cause;
mod check;
mod codes;
mod comparison;
mod consumers;
mod control;
pub mod cost;
mod coverage;
mod deadline;
mod element;
mod error;
mod evolution;
mod experiments;
mod finding;
mod globs;
mod lint;
mod models;
mod operations;
mod outside;
mod path;
mod policy;
mod promise;
mod property;
mod ranges;
mod robustness;
mod rules;
mod scenario;
mod served;
mod slot;
mod statement;
mod suite;
mod surface;
mod witness;

#[cfg(test)]
mod tests;

pub use category::Category;
pub use check::{
    check_base, check_static, check_static_with, has_operations, judges_one_side, names_what_went,
};
pub use codes::Codes;
pub use control::control;
pub use error::Error;
pub use evolution::compile_protos;
pub use models::{FeaturesLock, Recorded, lock_of, record};
pub use outside::{Against, Outside};
pub use policy::{
    Asks, Breaking, Consumers, Cost, Coverage, DigestAt, Experiments, Lint, Lossy, Model, Operations, Policy,
    Promtool, Reflection, Replay, SECTION,
};
pub use promise::{Start, Wanted};
pub use property::{Found, MOST_CASES, Search, Searched};
pub use rules::RULES;
pub use served::check_served;
pub use suite::{check_live, check_live_with, search};
