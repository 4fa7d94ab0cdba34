//! The guard `lints`.
