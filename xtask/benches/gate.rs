//! Whole-process times over a copy of the reference workspace: the answer of an edit hook, the static gate without and
//! with a cache, and a process that does nothing, to compare with.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use divan::Bencher;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A committed copy of the reference workspace with one edited file of 1,500 lines, and a cache beside it.
struct Copy {
    folder: TempDir,
}

impl Copy {
    fn new() -> Copy {
        let copy = Copy { folder: TempDir::new().expect("a temporary folder") };
        let ranker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker");
        let files = git(&ranker, &["ls-files"]);
        for file in files.lines() {
            let to = copy.root().join(file);
            std::fs::create_dir_all(to.parent().expect("a folder above it")).expect("a folder");
            std::fs::copy(ranker.join(file), to).expect("a file");
        }
        git(&copy.root(), &["init", "--quiet", "--initial-branch", "main"]);
        git(&copy.root(), &["add", "--all"]);
        git(
            &copy.root(),
            &["-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "-m", "all"],
        );
        let functions = (0..250).map(|i| {
            format!("/// Adds {i}.\npub fn add_{i}(x: u64) -> u64 {{\n    let y = x.wrapping_add({i});\n    y % 2 + y\n}}\n\n")
        });
        std::fs::write(copy.edited(), functions.collect::<String>()).expect("a file");
        copy
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    fn edited(&self) -> PathBuf {
        self.root().join("crates/stages/src/top_k.rs")
    }

    fn gatefold(&self, arguments: &[&str], input: &str) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gatefold"))
            .args(arguments)
            .current_dir(self.root())
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env_remove("CI")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("input is read");
        child.wait().expect("the binary ends");
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").args(arguments).current_dir(folder).output().expect("git runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn a_process_that_does_nothing(bencher: Bencher<'_, '_>) {
    let copy = Copy::new();
    bencher.bench_local(|| {
        copy.gatefold(&["hook", "claude-code"], r#"{"hook_event_name":"Nothing","cwd":"/"}"#)
    });
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn the_hook_for_one_edited_file_of_1500_lines(bencher: Bencher<'_, '_>) {
    let copy = Copy::new();
    let event = format!(
        r#"{{"session_id":"bench","cwd":{:?},"hook_event_name":"PostToolBatch","tool_calls":[{{"tool_name":"Edit","tool_input":{{"file_path":{:?}}}}}]}}"#,
        copy.root(),
        copy.edited()
    );
    copy.gatefold(&["hook", "claude-code"], &event);
    bencher.bench_local(|| copy.gatefold(&["hook", "claude-code"], &event));
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn the_static_gate_with_a_cache(bencher: Bencher<'_, '_>) {
    let copy = Copy::new();
    copy.gatefold(&["gate"], "");
    bencher.bench_local(|| copy.gatefold(&["gate"], ""));
}

#[divan::bench(sample_count = 30, sample_size = 1)]
fn the_static_gate_without_a_cache(bencher: Bencher<'_, '_>) {
    let copy = Copy::new();
    bencher
        .with_inputs(|| {
            // Nothing to remove before the first run.
            let _ = std::fs::remove_dir_all(copy.folder.path().join("cache"));
        })
        .bench_local_values(|()| copy.gatefold(&["gate"], ""));
}
