//! The guard `contracts`.
