//! What a change says of itself, beside what was measured.

mod facts;
mod find;
#[cfg(test)]
mod find_tests;
mod plain;
mod said;
mod words;

#[cfg(test)]
pub(crate) use facts::Claim;
pub(crate) use facts::Held;
pub(crate) use said::{Claims, claims};
