//! The guard `golden`.
