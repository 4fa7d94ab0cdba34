//! The guard `contracts`: callers keep what they were promised.
//!
//! The static tier compares head's protos with the base's, finds what buf would find and shows for each finding what
//! becomes of a message on the way between the two. The live tier asks the service built from head what scenario files
//! say.

mod asked;
mod breach;
mod category;
mod cause;
mod control;
mod element;
mod error;
mod evolution;
mod finding;
mod policy;
mod ranges;
mod rules;
mod scenario;
mod slot;
mod surface;
mod witness;

#[cfg(test)]
mod tests;

pub use category::Category;
pub use control::control;
pub use error::Error;
pub use evolution::check_static;
pub use policy::{Breaking, Policy, SECTION};
pub use rules::RULES;
pub use scenario::{Ask, Start, check_live};
