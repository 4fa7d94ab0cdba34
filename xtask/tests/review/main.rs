//! The brief for reviewers, with the real binary on real repositories.

#[path = "../support/mod.rs"]
mod support;

mod page;
