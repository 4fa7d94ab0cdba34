//! Temporary workspaces with a history, and the real binary run over them.

#[path = "binary.rs"]
mod binary;

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The reference workspace of this checkout.
pub(crate) fn ranker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../templates/ranker")
        .canonicalize()
        .expect("the reference workspace")
}

/// A folder that is removed in the end, with room for workspaces, a cache and what the binary leaves behind.
pub(crate) struct Sandbox {
    holder: TempDir,
}

/// What a run of the binary left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Sandbox {
        Sandbox { holder: TempDir::new().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.holder.path().canonicalize().expect("a real folder").join(name)
    }

    /// Writes files of a workspace.
    pub(crate) fn write(&self, workspace: &str, files: &[(&str, impl AsRef<[u8]>)]) {
        for (file, content) in files {
            let path = self.path(workspace).join(file);
            std::fs::create_dir_all(path.parent().expect("a folder above it")).expect("a folder");
            std::fs::write(path, content).expect("a file");
        }
    }

    /// Runs the binary in a folder, without CI and with a cache and a place for temporary files of its own.
    pub(crate) fn gatefold(&self, folder: &Path, arguments: &[&str]) -> Run {
        let temporary = self.path("temporary");
        std::fs::create_dir_all(&temporary).expect("a folder");
        let output = Command::new(binary::binary())
            .args(arguments)
            .current_dir(folder)
            .env("TMPDIR", &temporary)
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env_remove("CI")
            .env_remove("GATEFOLD_BASE")
            .env_remove("GITHUB_EVENT_PATH")
            .output()
            .expect("the binary runs");
        Run {
            status: output.status.code().expect("an exit status"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}
