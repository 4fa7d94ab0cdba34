//! The brief for reviewers, with the real binary on real repositories.

#[path = "../../../golden/tests/support/chromium.rs"]
mod chromium;
#[path = "../support/mod.rs"]
mod support;

mod below;
mod claims;
mod five_faults;
mod history;
mod page;
mod ranges;
mod screen;
