//! Repositories with the histories that a CI checks out, and scripts that run beside them.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) const ZEROS: &str = "0000000000000000000000000000000000000000";

/// No commit has this id.
pub(crate) const NOWHERE: &str = "00112233445566778899aabbccddeeff00112233";

/// A folder with an `origin` and room for checkouts. The history of `origin`:
///
/// ```text
/// first --- second --- third        main
///   |                    |  \
///   |                    |   queued       the change, squashed by a merge queue
///   |                    merged           the change, merged for a try
///   `----- change -------'                a branch
/// lonely                                  a history of its own
/// ```
pub(crate) struct World {
    folder: TempDir,
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) third: String,
    pub(crate) change: String,
    pub(crate) merged: String,
    pub(crate) queued: String,
    pub(crate) lonely: String,
}

impl World {
    pub(crate) fn new() -> World {
        let folder = TempDir::new().expect("a temporary folder");
        let origin = folder.path().join("origin");
        fs::create_dir(&origin).expect("a folder");
        git(&origin, &["init", "--quiet", "--initial-branch", "main"]);
        // Servers of a forge hand out what is asked for by its id.
        git(&origin, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let commit = |name: &str| {
            fs::write(origin.join(name), name).expect("a file");
            git(&origin, &["add", "--all"]);
            git(&origin, &["commit", "--quiet", "--message", name]);
            git(&origin, &["rev-parse", "HEAD"])
        };
        let first = commit("first");
        let second = commit("second");
        let third = commit("third");
        git(&origin, &["switch", "--quiet", "--create", "work", &first]);
        let change = commit("change");
        git(&origin, &["switch", "--quiet", "--detach", "main"]);
        git(&origin, &["merge", "--quiet", "--no-ff", "--message", "try", "work"]);
        let merged = git(&origin, &["rev-parse", "HEAD"]);
        git(&origin, &["switch", "--quiet", "--detach", "main"]);
        let queued = commit("queued");
        git(&origin, &["switch", "--quiet", "--orphan", "lonely"]);
        let lonely = commit("lonely");
        // What no branch holds is kept under names of its own, as a forge does.
        for (name, id) in [("pull/1/merge", &merged), ("queue", &queued)] {
            git(&origin, &["update-ref", &format!("refs/{name}"), id]);
        }
        git(&origin, &["switch", "--quiet", "main"]);
        World { folder, first, second, third, change, merged, queued, lonely }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("it exists").join(name)
    }

    /// Checks a commit out, detached as a CI does, with so much of its history; `None` is all of it, with all branches.
    pub(crate) fn check_out(&self, name: &str, commit: &str, depth: Option<u32>) -> PathBuf {
        let there = self.path(name);
        fs::create_dir_all(&there).expect("a folder");
        git(&there, &["init", "--quiet", "--initial-branch", "main"]);
        let origin = format!("file://{}", self.path("origin").display());
        git(&there, &["remote", "add", "origin", &origin]);
        match depth {
            Some(depth) => {
                git(&there, &["fetch", "--quiet", "--depth", &depth.to_string(), "origin", commit])
            }
            None => {
                git(&there, &["fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", commit])
            }
        };
        git(&there, &["checkout", "--quiet", "--detach", commit]);
        there
    }

    /// Puts a program on the path of scripts.
    pub(crate) fn program(&self, name: &str, script: &str) -> PathBuf {
        let file = self.path("programs").join(name);
        fs::create_dir_all(self.path("programs")).expect("a folder");
        fs::write(&file, script).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
        file
    }

    /// A command with nothing of this process around it but where programs are.
    pub(crate) fn command(&self, program: impl AsRef<Path>, folder: &Path, env: &[(&str, &str)]) -> Command {
        let path = std::env::var("PATH").expect("there is a path");
        let mut command = Command::new(program.as_ref());
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", self.path("programs").display()))
            .env("HOME", self.path("."))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(env.iter().copied())
            .stdin(Stdio::null());
        command
    }

    /// Runs a script as GitHub does where no shell is named.
    pub(crate) fn bash(&self, script: &str, folder: &Path, env: &[(&str, &str)]) -> Ran {
        let mut file = tempfile::NamedTempFile::new_in(self.folder.path()).expect("a file");
        file.write_all(script.as_bytes()).expect("it is ours");
        Ran::of(self.command("bash", folder, env).arg("-e").arg(file.path()).output().expect("bash runs"))
    }
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let status = output.status.code().expect("it ended by itself");
        Ran { status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// What git prints, without the line's end.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Author", "-c", "user.email=author@example", "-c", "commit.gpgSign=false"])
        .args(["-c", "gc.auto=0", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
}
