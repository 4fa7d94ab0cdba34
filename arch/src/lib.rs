//! The guard `arch`.
