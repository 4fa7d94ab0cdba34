//! The tree that an agent works in: the reference workspace, twenty crates beside it, a branch with a commit.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::git;
use crate::workspace::{self, Parts};

/// Crates beside those of the reference workspace, which has 399 Rust files: 999 together.
const PARTS: Parts = Parts(20);

/// Functions of the file that is edited, which make it 1,500 lines long.
const FUNCTIONS: usize = 74;

/// Folder of the recorded payloads.
const PAYLOADS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/hooks");

/// What was written before an event.
#[derive(Clone, Copy)]
pub(crate) enum Edit {
    /// The body of a function, which is another at every run.
    Body,
    /// The same, and a function that is not finished.
    Unfinished,
}

/// A committed workspace with an edited file.
pub(crate) struct Checkout {
    root: PathBuf,
    edited: PathBuf,
    text: String,
}

impl Checkout {
    /// Writes the workspace below a folder.
    pub(crate) fn new(root: &Path) -> Checkout {
        let ranker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker");
        for file in git(&ranker, &["ls-files"]).lines() {
            let to = root.join(file);
            std::fs::create_dir_all(to.parent().expect("a folder above it")).expect("a folder");
            std::fs::copy(ranker.join(file), to).expect("a file");
        }
        PARTS.write_crates(root);
        let policy = root.join("gatefold.yaml");
        let text = std::fs::read_to_string(&policy).expect("a policy");
        let (layers, rest) = text.split_once("\n  acyclic:").expect("layers end there");
        std::fs::write(&policy, format!("{layers}\n{}\n  acyclic:{rest}", workspace::layers()))
            .expect("a file");
        let edited = root.join(PARTS.file(10, 7));
        let text = PARTS.module(10, 7, FUNCTIONS);
        std::fs::write(&edited, &text).expect("a file");
        let checkout = Checkout { root: root.canonicalize().expect("a folder"), edited, text };
        checkout.commit();
        checkout
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// How large it is.
    pub(crate) fn described(&self) -> String {
        let files = git(&self.root, &["ls-files"]);
        let count = |end: &str| files.lines().filter(|file| file.ends_with(end)).count();
        let lines = self.text.lines().count();
        format!(
            "{} files of Rust and {} others, {} crates, {lines} lines edited",
            count(".rs"),
            files.lines().count() - count(".rs"),
            count("Cargo.toml")
        )
    }

    /// Writes the file that is edited, another at every run.
    pub(crate) fn edit(&self, edit: Edit, run: usize) {
        let from = "seed.rotate_left(0)";
        let text = self.text.replacen(from, &format!("seed.rotate_left(0).wrapping_add({run})"), 1);
        assert!(text != self.text, "there is something to edit");
        let more = match edit {
            Edit::Body => String::new(),
            Edit::Unfinished => {
                format!("\npub fn edited_{run}(seed: u64) -> u64 {{\n    todo!(\"{{seed}}\")\n}}\n")
            }
        };
        std::fs::write(&self.edited, text + &more).expect("a file");
    }

    /// A recorded payload as the client would have sent it from here, each from a session of its own.
    pub(crate) fn payload(&self, name: &str, session: usize) -> String {
        let text = std::fs::read_to_string(format!("{PAYLOADS}/{name}.json")).expect("a payload");
        let mut event: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        event["session_id"] = format!("session-{session}").into();
        event["cwd"] = self.root.to_string_lossy().into();
        let edited = self.edited.to_string_lossy();
        let signers = self.root.join("approvals/allowed_signers");
        for pointer in ["/tool_input/file_path", "/tool_calls/0/tool_input/file_path"] {
            if let Some(path) = event.pointer_mut(pointer) {
                *path = if name.contains("PreToolUse-Write") {
                    signers.to_string_lossy().into()
                } else {
                    edited.clone().into()
                };
            }
        }
        event.to_string()
    }

    /// The base on `main`, a commit of five files on a branch, and an index that git knows to be right.
    fn commit(&self) {
        let commit = |message: &str| {
            let who = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
            git(&self.root, &[&who[..], &["commit", "--quiet", "--all", "-m", message]].concat());
        };
        git(&self.root, &["init", "--quiet", "--initial-branch", "main"]);
        git(&self.root, &["add", "--all"]);
        commit("base");
        git(&self.root, &["switch", "--quiet", "--create", "work"]);
        for krate in 12..17 {
            let file = self.root.join(PARTS.file(krate, 3));
            let text = std::fs::read_to_string(&file).expect("a file");
            std::fs::write(&file, text.replacen("seed.rotate_left(0)", "seed.rotate_left(9)", 1))
                .expect("a file");
        }
        commit("work");
        // Files that are younger than the index are read again by whoever asks for what changed.
        std::thread::sleep(Duration::from_secs(3));
        git(&self.root, &["update-index", "--really-refresh"]);
    }
}
