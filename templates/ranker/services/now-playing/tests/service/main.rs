//! The service over real gRPC: in this process with parts that can fail, and as the built binary.

mod answers;
mod binary;
mod corpus;
mod explanations;
mod faults;
mod permutations;
mod readme;
mod redis;
mod refusals;
mod support;
mod surface;
mod traces;
