//! Base and head, on real repositories.

mod base;
mod head;
mod memory;
mod odd;
mod repo;
mod root;
mod trust;
mod written;
