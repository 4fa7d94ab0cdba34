//! Whole-process times where much is there: a change of 500 files, a history of 20,000 commits; and what the positive
//! controls of each guard cost.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use divan::Bencher;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A repository that `git fast-import` wrote, with what a run leaves beside it.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn imported(stream: &str) -> Repository {
        let repository = Repository { folder: TempDir::new().expect("a temporary folder") };
        std::fs::create_dir(repository.root()).expect("a folder");
        git(&repository.root(), &["init", "--quiet", "--initial-branch", "main"]);
        let mut import = Command::new("git")
            .args(["fast-import", "--quiet"])
            .current_dir(repository.root())
            .stdin(Stdio::piped())
            .spawn()
            .expect("git runs");
        import.stdin.take().expect("an input").write_all(stream.as_bytes()).expect("git reads");
        assert!(import.wait().expect("git ends").success());
        git(&repository.root(), &["switch", "--quiet", "work"]);
        repository
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// The verdict, which must be one: not that something could not be looked at.
    fn gate(&self) {
        let status = Command::new(env!("CARGO_BIN_EXE_gatefold"))
            .arg("gate")
            .current_dir(self.root())
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env_remove("CI")
            .stdout(Stdio::null())
            .status()
            .expect("the binary starts");
        assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(Command::new("git").args(arguments).current_dir(folder).status().expect("git runs").success());
}

/// A stream for `git fast-import`.
#[derive(Default)]
struct Stream(String);

impl Stream {
    fn commit(&mut self, branch: &str, mark: usize, from: Option<usize>) {
        let text = &mut self.0;
        let date = 1_700_000_000 + mark * 60;
        let _ = write!(
            text,
            "commit refs/heads/{branch}\nmark :{mark}\ncommitter B <b@localhost> {date} +0000\ndata 1\nx\n"
        );
        if let Some(from) = from {
            let _ = writeln!(text, "from :{from}");
        }
    }

    fn file(&mut self, path: &str, content: &str) {
        let _ = write!(self.0, "M 100644 inline {path}\ndata {}\n{content}\n", content.len());
    }
}

/// 50 crates of 20 modules with tests, and a change of half of the modules: bodies, assertions, new tests.
fn five_hundred_files() -> Repository {
    let mut stream = Stream::default();
    let module = |krate: usize, module: usize, edited: bool| {
        let mut text = format!("//! Module {module} of crate {krate}.\n");
        for i in 0..20 {
            let body = if edited {
                format!("x.wrapping_mul({i}).wrapping_add({module})")
            } else {
                format!("x.wrapping_add({i})")
            };
            let _ = write!(
                text,
                "\n/// Adds {i}.\npub fn add_{i}(x: u64) -> u64 {{\n    let y = {body};\n    y % 7 + y\n}}\n"
            );
        }
        text.push_str("\n#[cfg(test)]\nmod tests {\n    use super::*;\n");
        for i in 0..10 + usize::from(edited) {
            let expected = if edited { i + 1 } else { i };
            let _ = write!(
                text,
                "\n    #[test]\n    fn adds_{i}() {{\n        assert_eq!(add_{i}(1), {expected});\n        assert!(add_{i}(2) > add_{i}(1));\n    }}\n"
            );
        }
        text + "}\n"
    };
    stream.commit("main", 1, None);
    stream.file("gatefold.yaml", "levels: { untied-sort: error }\n");
    stream.file("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n");
    for krate in 0..50 {
        let manifest =
            format!("[package]\nname = \"crate-{krate}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        stream.file(&format!("crates/c{krate}/Cargo.toml"), &manifest);
        let modules: String = (0..20).map(|module| format!("pub mod m{module};\n")).collect();
        stream.file(&format!("crates/c{krate}/src/lib.rs"), &format!("//! Crate {krate}.\n{modules}"));
        for at in 0..20 {
            stream.file(&format!("crates/c{krate}/src/m{at}.rs"), &module(krate, at, false));
        }
    }
    stream.commit("work", 2, Some(1));
    for krate in 0..50 {
        for at in 0..10 {
            stream.file(&format!("crates/c{krate}/src/m{at}.rs"), &module(krate, at, true));
        }
    }
    Repository::imported(&stream.0)
}

/// A small crate after 20,000 commits, and a branch that left them in the middle.
fn twenty_thousand_commits() -> Repository {
    let mut stream = Stream::default();
    for mark in 1..=20_000 {
        stream.commit("main", mark, (mark > 1).then(|| mark - 1));
        if mark == 1 {
            stream.file("gatefold.yaml", "");
            stream
                .file("Cargo.toml", "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
            stream.file("src/lib.rs", "//! Small.\n");
        }
        stream.file("CHANGES", &format!("{mark}\n"));
    }
    stream.commit("work", 20_001, Some(10_000));
    stream.file("src/lib.rs", "//! Small.\n\n/// Three.\npub const THREE: u32 = 3;\n");
    Repository::imported(&stream.0)
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn a_change_of_500_files_with_a_cache(bencher: Bencher<'_, '_>) {
    let repository = five_hundred_files();
    repository.gate();
    bencher.bench_local(|| repository.gate());
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn a_change_of_500_files_without_a_cache(bencher: Bencher<'_, '_>) {
    let repository = five_hundred_files();
    bencher
        .with_inputs(|| {
            // Nothing to remove before the first run.
            let _ = std::fs::remove_dir_all(repository.folder.path().join("cache"));
        })
        .bench_local_values(|()| repository.gate());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn a_small_change_after_20000_commits(bencher: Bencher<'_, '_>) {
    let repository = twenty_thousand_commits();
    bencher.bench_local(|| repository.gate());
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn opening_a_repository_of_20000_commits(bencher: Bencher<'_, '_>) {
    let repository = twenty_thousand_commits();
    let root = repository.root();
    bencher
        .bench_local(|| source::open(&root, &source::BaseRequest::Default, &source::Surroundings::default()));
}

#[divan::bench(args = ["lints", "arch", "contracts", "golden", "integrity"])]
fn the_positive_control(guard: &str) {
    let missed = match guard {
        "lints" => lints::control().ok(),
        "arch" => arch::control().ok(),
        "contracts" => contracts::control().ok(),
        "golden" => golden::control().ok(),
        _ => integrity::control().ok(),
    };
    assert_eq!(missed.map(|missed| missed.len()), Some(0), "{guard}");
}
