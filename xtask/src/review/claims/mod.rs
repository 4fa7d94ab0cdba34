//! What a change says of itself, beside what was measured.

mod alone;
mod facts;
#[cfg(test)]
mod facts_tests;
mod find;
#[cfg(test)]
mod find_tests;
mod manifests;
mod plain;
mod said;
mod words;

#[cfg(test)]
pub(crate) use facts::Claim;
pub(crate) use facts::Held;
pub(crate) use said::{Claims, claims};
