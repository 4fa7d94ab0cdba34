//! The guard `integrity`.
