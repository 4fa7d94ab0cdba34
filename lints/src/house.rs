//! House rules: what a workspace forbids or requires by a few lines of its policy, without code.
//!
//! A rule names calls, paths, macros, attributes or dependencies by patterns of their canonical paths, and says within
//! which crates, modules and files. It is told, excepted, approved and explained like a rule of the catalogue.

mod decided;
mod gone;
mod keys;
mod look;
mod packages;
mod pattern;
mod refuse;
mod rule;
mod rules;
mod set;
#[cfg(test)]
mod tests;
mod vacant;

pub use decided::{Each, HouseRule, Require, TestCode, Things};
pub use gone::{Sides, is_gone, may_be_gone};
pub(crate) use keys::KEYS;
pub(crate) use look::{Look, Seen};
pub(crate) use packages::find as packages;
pub(crate) use refuse::refuse;
pub(crate) use rules::House;
pub(crate) use rules::{Unfit, listed};
pub use vacant::Vacant;
pub(crate) use vacant::vacant;
