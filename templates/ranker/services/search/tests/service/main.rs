//! The service over real gRPC: in this process with parts that can fail, and as the built binary.

mod answers;
mod binary;
mod corpus;
mod determinism;
mod faults;
mod hazards;
mod readme;
mod refusals;
mod support;
mod surface;
mod texts;
