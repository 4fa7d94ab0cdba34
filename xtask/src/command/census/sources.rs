//! Published sources, through cargo.
//!
//! `cargo info NAME@VERSION` downloads one crate, holds it against the checksum of the index and unpacks it, and that
//! is all. A manifest with every pin and `cargo fetch` would do, too, but resolves: it drags in thousands of crates
//! that nobody looks at, and refuses two that link one native library or ask for versions of a third that exclude each
//! other.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use lints::census::Source;

use crate::failure::Failure;
use crate::surroundings::Env;

/// Where cargo keeps what it unpacked.
pub(super) struct Sources {
    cargo: PathBuf,
    registries: PathBuf,
    /// Outside every checkout, so that no configuration beside the judged tree has a say.
    empty: tempfile::TempDir,
}

impl Sources {
    pub(super) fn new(env: Env<'_>) -> Result<Self, Failure> {
        let home = env("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(env("HOME")?).join(".cargo")))
            .ok_or_else(|| {
                Failure::could_not_run("neither CARGO_HOME nor HOME says where cargo keeps sources")
            })?;
        let empty = tempfile::tempdir()
            .map_err(|error| Failure::could_not_run(format_args!("failed to make a folder: {error}")))?;
        let cargo = PathBuf::from(env("CARGO").unwrap_or_else(|| "cargo".to_owned()));
        Ok(Sources { cargo, registries: home.join("registry/src"), empty })
    }

    /// The folder of a source, which cargo is asked for unless it is there.
    pub(super) fn get(&self, source: &Source) -> Result<PathBuf, Failure> {
        if let Some(folder) = self.unpacked(source) {
            return Ok(folder);
        }
        let output = Command::new(&self.cargo)
            .args(["info", "--quiet", "--registry", "crates-io"])
            .arg(format!("{}@{}", source.name, source.version))
            .current_dir(self.empty.path())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Failure::could_not_run(format_args!("failed to start cargo: {error}")))?;
        self.unpacked(source).ok_or_else(|| {
            let said = String::from_utf8_lossy(&output.stderr);
            Failure::could_not_run(format_args!(
                "cargo did not unpack `{}` into `{}`: {}",
                source.folder(),
                self.registries.display(),
                said.trim()
            ))
        })
    }

    /// Where the source lies, unpacked to the end, in whichever registry's folder.
    fn unpacked(&self, source: &Source) -> Option<PathBuf> {
        let registries = std::fs::read_dir(&self.registries).ok()?;
        let mut folders: Vec<PathBuf> =
            registries.flatten().map(|registry| registry.path().join(source.folder())).collect();
        folders.sort();
        // Cargo writes this file last.
        folders.into_iter().find(|folder| folder.join(".cargo-ok").is_file())
    }
}
