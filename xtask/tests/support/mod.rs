//! Temporary workspaces with a history, and the real binary run over them.

use std::path::{Path, PathBuf};
use std::process::Command;

use source::{BaseRequest, Scratch, Surroundings};
use tempfile::TempDir;

/// The reference workspace of this checkout.
pub fn ranker() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../templates/ranker")
        .canonicalize()
        .expect("the reference workspace")
}

/// A folder that is removed in the end, with room for workspaces, a cache and what the binary leaves behind.
pub struct Sandbox {
    holder: TempDir,
}

/// What a run of the binary left.
#[derive(Debug)]
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox { holder: TempDir::new().expect("a temporary folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.holder.path().canonicalize().expect("a real folder").join(name)
    }

    /// Writes files of a workspace.
    pub fn write(&self, workspace: &str, files: &[(&str, &str)]) {
        for (file, text) in files {
            let path = self.path(workspace).join(file);
            std::fs::create_dir_all(path.parent().expect("a folder above it")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
    }

    /// Copies the reference workspace.
    #[allow(dead_code, reason = "each test binary has its own copy of this module")]
    pub fn copy_ranker(&self, workspace: &str) {
        let tree =
            source::open(&ranker(), &BaseRequest::None, &Surroundings::default()).expect("a workspace").head;
        for file in tree.paths() {
            let path = self.path(workspace).join(file);
            std::fs::create_dir_all(path.parent().expect("a folder above it")).expect("a folder");
            std::fs::write(path, tree.read(file).expect("a file that can be read")).expect("a file");
        }
    }

    /// A repository around a workspace.
    #[allow(dead_code, reason = "each test binary has its own copy of this module")]
    pub fn repository(&self, workspace: &str) -> Scratch {
        Scratch::create(&self.path(workspace)).expect("a new repository")
    }

    /// Runs the binary in a folder, without CI and with a cache and a place for temporary files of its own.
    pub fn gatefold(&self, folder: &Path, arguments: &[&str]) -> Run {
        let temporary = self.path("temporary");
        std::fs::create_dir_all(&temporary).expect("a folder");
        let output = Command::new(env!("CARGO_BIN_EXE_gatefold"))
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

    /// What a run left behind among temporary files.
    #[allow(dead_code, reason = "each test binary has its own copy of this module")]
    pub fn left_behind(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("temporary")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}
