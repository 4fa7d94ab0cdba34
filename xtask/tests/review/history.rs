//! A repository with a history of its own making, through the real git.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Run, Sandbox};

/// A repository in a sandbox.
pub(crate) struct History {
    pub(crate) sandbox: Sandbox,
    /// When the next commit is made, in seconds since 1970.
    clock: std::cell::Cell<u64>,
}

impl History {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> History {
        let history = History { sandbox: Sandbox::new(), clock: 1_790_000_000.into() };
        std::fs::create_dir_all(history.folder()).expect("a folder");
        history.git(&["init", "--quiet", "--initial-branch", "main", "."]);
        history
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.sandbox.path("repository")
    }

    pub(crate) fn write(&self, files: &[(&str, &str)]) {
        self.sandbox.write("repository", files);
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder().join(file)).expect("a file")
    }

    /// Commits everything, an hour after the last commit, and gives its id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Writes files and commits them.
    pub(crate) fn change(&self, files: &[(&str, &str)], message: &str) -> String {
        self.write(files);
        self.commit(message)
    }

    /// Runs git as somebody, with nothing of the machine's configuration.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let time = self.clock.get() + 3_600;
        self.clock.set(time);
        let time = format!("{time} +0000");
        let output = Command::new("git")
            .args(arguments)
            .current_dir(self.folder())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs([("GIT_AUTHOR_NAME", "Ann"), ("GIT_AUTHOR_EMAIL", "ann@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.org")])
            .envs([("GIT_AUTHOR_DATE", &time), ("GIT_COMMITTER_DATE", &time)])
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    pub(crate) fn review(&self, arguments: &[&str]) -> Run {
        self.sandbox.gatefold(&self.folder(), &[&["review"], arguments].concat())
    }
}
