//! Base and head, on real repositories.

mod base;
mod head;
mod landed;
mod members;
mod memory;
mod odd;
mod repo;
mod root;
mod said;
mod trust;
mod written;
