//! Tests of the guard against its own documentation, against buf, and against hostile input.

mod buf;
mod evolution;
mod examples;
mod hostile;
mod readme;
mod scenarios;
