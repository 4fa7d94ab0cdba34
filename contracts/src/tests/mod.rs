//! Tests of the guard against its own documentation, against buf, and against hostile input.
pub(crate) mod stand_in;

mod against;
mod answers;
mod buf;
mod consumers;
mod consumers_in_code;
mod cost;
mod coverage;
mod editions;
mod evolution;
mod examples;
mod experiments;
mod hostile;
mod lint;
mod models;
mod onnx;
mod operations;
mod properties;
mod property_rules;
mod readme;
mod regressions;
mod replays;
mod scenarios;
mod served;
mod targets;
mod trees;
mod wire;
