//! Files that mean harm: refused in a bounded time, without a panic, and the model that serves goes on serving.
mod bytes;
mod graphs;
mod load;
mod support;
