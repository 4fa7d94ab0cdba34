//! The guard over pairs of file sets: the examples of its rules, planted weakenings, honest changes, odd input.

mod changes;
mod common;
mod examples;
mod odd;
