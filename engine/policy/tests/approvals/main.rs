//! Whose approval counts for what, with keys that are made in memory; `ssh-keygen` agrees in tests of its own.

mod authors;
mod common;
mod crafted;
mod kinds;
mod people;
mod presence;
mod replayed;
mod revoked;
