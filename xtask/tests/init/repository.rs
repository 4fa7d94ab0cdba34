//! A temporary repository, and the real binary in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A repository on the branch `main`, with a home of its own beside it.
pub(crate) struct Repository {
    folder: TempDir,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Everything in a folder but git's own: content, and whether it may be run, or where a link leads.
pub(crate) type Contents = BTreeMap<PathBuf, (Vec<u8>, u32)>;

impl Repository {
    /// With these files, committed.
    pub(crate) fn with(files: &[(&str, &str)]) -> Repository {
        let repository = Repository::empty();
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.commit("base");
        repository
    }

    /// A copy of a folder, committed, as far as git would take it.
    pub(crate) fn copy_of(folder: &Path, left_out: &[&str]) -> Repository {
        let repository = Repository::empty();
        copy(folder, &repository.root(), left_out);
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.commit("base");
        repository
    }

    /// A folder without git.
    pub(crate) fn empty() -> Repository {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["repository", "home", "outside"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        Repository { folder }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it exists").join("repository")
    }

    /// A folder beside the repository.
    pub(crate) fn outside(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("it exists").join("outside")
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
        fs::write(file, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all", "--force"]);
        self.git(&["commit", "--quiet", "--no-verify", "--message", message]);
    }

    /// Runs the binary at the repository's root.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output =
            self.command(env!("CARGO_BIN_EXE_gatefold")).args(arguments).output().expect("the binary runs");
        Ran {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs `init` and expects it to do what it was asked.
    pub(crate) fn init(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(&[&["init"], arguments].concat());
        assert_eq!(ran.status, 0, "{arguments:?}: {ran:?}");
        ran
    }

    /// The plan for programs.
    pub(crate) fn plan(&self, arguments: &[&str]) -> Value {
        let ran = self.init(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
    }

    /// The gate's report of what is not committed or not merged.
    pub(crate) fn gate(&self, arguments: &[&str]) -> (i32, Value) {
        let ran = self.run(&[&["gate", "--format", "json", "--no-times"], arguments].concat());
        let report = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
        (ran.status, report)
    }

    pub(crate) fn contents(&self) -> Contents {
        let mut contents = Contents::new();
        take(&self.root(), &self.root(), &mut contents);
        contents
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.root())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path().join("home"))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "Mira")
                .env(format!("GIT_{role}_EMAIL"), "mira@example.com");
        }
        command
    }
}

/// The ids of a report's findings of a guard.
pub(crate) fn found(report: &Value, guard: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let of_guard = findings.iter().filter(|finding| finding["guard"] == guard);
    of_guard.map(|finding| format!("{} {}", finding["rule"], finding["message"])).collect()
}

fn take(root: &Path, folder: &Path, contents: &mut Contents) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let below = path.strip_prefix(root).expect("it is below").to_owned();
        let kind = fs::symlink_metadata(&path).expect("it is there");
        if below == Path::new(".git") {
        } else if kind.is_symlink() {
            let target = fs::read_link(&path).expect("a link");
            contents.insert(below, (target.into_os_string().into_encoded_bytes(), 0));
        } else if kind.is_dir() {
            contents.insert(below, (Vec::new(), mode(&kind)));
            take(root, &path, contents);
        } else {
            contents.insert(below, (fs::read(&path).expect("a file"), mode(&kind)));
        }
    }
}

#[cfg(unix)]
fn mode(found: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode()
}

#[cfg(not(unix))]
fn mode(_: &fs::Metadata) -> u32 {
    0
}

fn copy(from: &Path, to: &Path, left_out: &[&str]) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, name) = (entry.path(), entry.file_name());
        let kind = entry.file_type().expect("a kind");
        if left_out.iter().any(|left_out| name == *left_out) || kind.is_symlink() {
        } else if kind.is_dir() {
            copy(&path, &to.join(name), left_out);
        } else {
            fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}
