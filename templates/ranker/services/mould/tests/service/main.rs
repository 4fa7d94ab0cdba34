//! The service over real gRPC: in this process with parts that can fail, and as the built binary.

mod answers;
mod binary;
mod corpus;
mod faults;
#[path = "../../examples/mould_golden/generate.rs"]
mod generate;
mod permutations;
mod readme;
mod refusals;
mod support;
mod surface;
