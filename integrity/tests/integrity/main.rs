//! The guard over pairs of file sets: the examples of its rules, planted weakenings and honest changes of small files and of our own, odd input.

mod calls;
mod changes;
mod common;
mod examples;
mod odd;
mod planted;
mod told;
mod wiring;
