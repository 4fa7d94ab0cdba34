//! A copy of the reference workspace in a repository of its own, and the real binary run over it.

#[path = "binary.rs"]
mod binary;

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use golden::Recording;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) use binary::binary;

/// What no verdict of the static tier needs.
const LEFT_OUT: [&str; 3] = ["target", "var", "data"];

/// Who commits, and that nothing has to outlive the machine's next fault.
const CONFIG: &str = "[user]\n\tname = Author\n\temail = author@example\n[core]\n\tfsync = none\n\tcompression = 0\n\
                      [gc]\n\tauto = 0\n[commit]\n\tgpgSign = false\n";

/// The files of the small crate.
const SMALL: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lints.clippy]\nunwrap_used = \"deny\"\n",
    ),
    ("README.md", "A small crate.\n"),
    ("gatefold.yaml", "levels: { untied-sort: error }\n"),
    (
        "src/lib.rs",
        "//! Ranks.\n\n/// The best.\npub fn best(scores: &[u32]) -> Option<u32> {\n    scores.iter().copied().max()\n}\n\n\
         #[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn the_highest_is_the_best() {\n        \
         assert_eq!(best(&[1, 3, 2]), Some(3));\n    }\n\n    #[test]\n    fn nothing_has_no_best() {\n        \
         assert_eq!(best(&[]), None);\n    }\n}\n",
    ),
    (
        ".github/workflows/ci.yml",
        "on: [pull_request]\njobs:\n  test:\n    steps:\n      - run: cargo test --workspace\n      - run: cargo xtask gate\n",
    ),
];

/// The recorded rankings.
pub(crate) const RANKINGS: &str = "services/now-playing/golden/rankings.jsonl";

/// A repository whose branch `main` holds the reference workspace, with the branch `work` checked out.
pub(crate) struct Workspace {
    folder: TempDir,
    repository: PathBuf,
    root: PathBuf,
}

impl Workspace {
    /// The workspace is the repository's root.
    pub(crate) fn new() -> Workspace {
        Workspace::in_folder("repository", "")
    }

    /// The repository lies in a folder of this name, and the workspace in a folder of the repository.
    pub(crate) fn in_folder(name: &str, below: &str) -> Workspace {
        let workspace = Workspace::uncommitted(name, below);
        workspace.git(&["add", "--all"]);
        workspace.commit("base");
        workspace.git(&["switch", "--quiet", "--create", "work"]);
        workspace
    }

    /// A repository without a commit, on the branch `main`.
    pub(crate) fn uncommitted(name: &str, below: &str) -> Workspace {
        let workspace = Workspace::without_repository(name, below);
        workspace.make_repository();
        workspace
    }

    /// Makes a repository of the folder, without a commit, on the branch `main`.
    pub(crate) fn make_repository(&self) {
        self.git(&["init", "--quiet", "--initial-branch", "main", "."]);
        let file = self.repository.join(".git/config");
        let config = fs::read_to_string(&file).expect("git made it");
        fs::write(file, config + CONFIG).expect("it is ours");
    }

    /// The workspace in no repository at all.
    pub(crate) fn without_repository(name: &str, below: &str) -> Workspace {
        let mut workspace = Workspace::empty(name);
        workspace.root = if below.is_empty() { workspace.root } else { workspace.root.join(below) };
        let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker");
        copy(&template, &workspace.root);
        workspace
    }

    /// A small crate instead of the reference workspace, judged in a moment: a policy, code with tests, CI.
    pub(crate) fn small() -> Workspace {
        Workspace::small_on("main")
    }

    /// The same on another default branch.
    pub(crate) fn small_on(branch: &str) -> Workspace {
        let workspace = Workspace::empty("repository");
        for (path, text) in SMALL {
            workspace.write(path, text);
        }
        workspace.make_repository();
        workspace.git(&["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")]);
        workspace.commit("base");
        workspace.git(&["switch", "--quiet", "--create", "work"]);
        workspace
    }

    /// An empty folder.
    pub(crate) fn empty(name: &str) -> Workspace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = folder.path().canonicalize().expect("it exists").join(name);
        for made in [name, "home", "outside"] {
            fs::create_dir_all(folder.path().join(made)).expect("a folder");
        }
        Workspace { folder, root: repository.clone(), repository }
    }

    /// The folder that is judged.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The repository's folder.
    pub(crate) fn repository(&self) -> &Path {
        &self.repository
    }

    /// A folder beside the repository.
    pub(crate) fn outside(&self) -> PathBuf {
        self.folder.path().join("outside")
    }

    /// The text of a file, by its path from the root.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.root.join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(file, text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Puts one text in the place of another, which must stand in the file exactly once.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "{path} has {from:?} once");
        self.write(path, text.replacen(from, to, 1));
    }

    /// Adds text to the end of a file.
    pub(crate) fn append(&self, path: &str, text: &str) {
        self.write(path, self.read(path) + text);
    }

    /// Changes the recorded rankings, and writes them as `golden accept` would.
    pub(crate) fn rerecord(&self, change: impl FnOnce(&mut Recording)) {
        let mut recording = Recording::parse(&self.read(RANKINGS)).expect("recorded rankings");
        change(&mut recording);
        self.write(RANKINGS, recording.to_text());
    }

    /// Puts the two best items of a ranking in each other's place, as a changed score would.
    pub(crate) fn swap_best(&self, entry: usize) {
        self.rerecord(|recording| {
            let items = &mut recording.entries[entry].ranking.items;
            let (best, second) = (items[0].id.clone(), items[1].id.clone());
            (items[0].id, items[1].id) = (second, best);
        });
    }

    /// Runs git in the repository and gives back what it prints.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.repository, arguments)
    }

    /// Runs git in a folder and gives back what it prints.
    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let mut git = self.command("git");
        let output = git.current_dir(folder).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Commits everything to the branch that is checked out.
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--no-verify", "--allow-empty", "--message", message]);
    }

    /// The binary with these arguments, in the root, with nothing of the surroundings but the path.
    pub(crate) fn gatefold(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&binary());
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// Runs the binary with these arguments in the root.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.gatefold(arguments))
    }

    /// Runs the binary with text on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        run_with(&mut self.gatefold(arguments), input)
    }

    /// The gate's verdict about the branch.
    pub(crate) fn gate(&self) -> Verdict {
        Verdict::of(self.run(&["gate", "--format", "json", "--no-times"]))
    }

    /// A program with nothing of the surroundings but the path.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path().join("home"))
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }
}

/// How a run of the binary ended.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "status {}\n{}\n{}", self.status, self.stdout, self.stderr)
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    Ran::of(command.stdin(Stdio::null()).output().expect("the binary runs"))
}

/// Runs a command to its end with text on its standard input. It may end before it has read all.
pub(crate) fn run_with(command: &mut Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut pipe = child.stdin.take().expect("it was piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || pipe.write_all(&input));
    let output = child.wait_with_output().expect("the binary ends");
    let _closed_early = writer.join().expect("the writer ends");
    Ran::of(output)
}

impl Ran {
    fn of(output: Output) -> Ran {
        // A signal is no status: it would be a crash.
        let status = output.status.code().unwrap_or(-1);
        Ran { status, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// What the gate said.
pub(crate) struct Verdict {
    pub(crate) ran: Ran,
    pub(crate) report: Value,
}

impl Verdict {
    pub(crate) fn of(ran: Ran) -> Verdict {
        let report = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
        Verdict { ran, report }
    }

    /// The findings that block, each as `guard rule file:line`, in the order of the report.
    pub(crate) fn blocking(&self) -> Vec<String> {
        self.findings("new").into_iter().filter(|(level, _)| level == "error").map(|(_, text)| text).collect()
    }

    /// The findings of a status, each with its level and as `guard rule file:line`.
    pub(crate) fn findings(&self, status: &str) -> Vec<(String, String)> {
        let all = self.report["findings"].as_array().expect("a report has findings");
        let word = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        let of_status = all.iter().filter(|finding| finding["status"] == status);
        let told = of_status.map(|finding| {
            let [guard, rule, file] = ["guard", "rule", "file"].map(|key| word(finding, key));
            (word(finding, "level"), format!("{guard} {rule} {file}:{}", finding["line"]))
        });
        told.collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the reference workspace") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        match entry.file_type().expect("a kind").is_dir() {
            true if LEFT_OUT.iter().any(|left_out| name == *left_out) => {}
            true => copy(&entry.path(), &to.join(name)),
            false => {
                fs::copy(entry.path(), to.join(name)).expect("a copy");
            }
        }
    }
}
