//! Tests of the guard against its own documentation, against buf, and against hostile input.

mod against;
mod answers;
mod buf;
mod consumers;
mod consumers_in_code;
mod cost;
mod editions;
mod evolution;
mod examples;
mod hostile;
mod models;
mod properties;
mod readme;
mod scenarios;
pub(crate) mod stand_in;
mod trees;
mod wire;
