//! Ranking mutants: small faults planted in the code of a service, to learn which of them its corpus cannot see.
//!
//! A mutant is one edit of one place, made by one operator of [`OPERATORS`]: a tie-break dropped, an order flipped, two
//! stages swapped, a weight changed. The service is built with it and asked the whole corpus; the mutant is seen if any
//! ranking changes. One that is not seen is either a hole in the corpus or changes nothing that a ranking shows; those
//! are listed in a file that people read, each with its reason, see [`Excused`].
//!
//! What copies the tree and builds it is a [`Bench`], so that this module knows neither cargo nor processes.

mod catalogue;
mod edit;
mod excused;
mod find;
mod operators;
mod run;
mod summary;

pub use catalogue::{Source, catalogue, code_of};
pub use edit::Mutant;
pub use excused::{Excuse, Excused};
pub use operators::{OPERATORS, Operator};
pub use run::{Asked, Bench, Built, Outcome, Tried, try_all};
pub use summary::Summary;
