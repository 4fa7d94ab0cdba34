//! The client of the Open Inference Protocol against servers: ours as a process, faulty ones, and others' where installed.
mod answers;
mod contract;
mod foreign;
mod start;
mod support;
mod transport;
