//! What is kept in `services/*/operations`: objectives, and the rules of Prometheus that follow from them.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod objectives;
mod rules;

pub use objectives::{Objective, Objectives, ObjectivesError};
pub use rules::rules;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders `services/*/operations` of this workspace, in the order of their paths.
///
/// # Errors
/// An [`io::Error`] if the services cannot be listed.
pub fn folders() -> io::Result<Vec<PathBuf>> {
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    let mut folders = Vec::new();
    for service in fs::read_dir(services)? {
        let folder = service?.path().join("operations");
        if folder.is_dir() {
            folders.push(folder);
        }
    }
    folders.sort();
    Ok(folders)
}
