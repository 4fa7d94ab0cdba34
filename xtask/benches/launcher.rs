//! What the launcher adds to a hook: the same stand-in for the gate, started by itself and through the launcher in each
//! shell that is installed. `hooks` measures the answers themselves.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use divan::Bencher;
use tempfile::TempDir;

fn main() {
    divan::main();
}

/// A repository with the launcher, whose installed binary does nothing: a compiled one, so that no shell is measured twice.
struct Repository {
    folder: TempDir,
}

impl Repository {
    fn new() -> Repository {
        let it = Repository { folder: TempDir::new().expect("a temporary folder") };
        let made = Command::new("git").args(["init", "--quiet"]).current_dir(it.folder.path()).status();
        assert!(made.is_ok_and(|status| status.success()), "git is installed");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci/claude-code/gatefold-hook");
        let nothing = ["/bin/true", "/usr/bin/true"].into_iter().find(|path| Path::new(path).is_file());
        for (from, to) in
            [(shipped.as_path(), it.launcher()), (Path::new(nothing.expect("`true`")), it.binary())]
        {
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(from, &to).expect("a copy");
            fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        symlink("v0", it.folder.path().join(".git/gatefold/bin/current")).expect("a link");
        it
    }

    fn launcher(&self) -> PathBuf {
        self.folder.path().join(".claude/gatefold-hook")
    }

    fn binary(&self) -> PathBuf {
        self.folder.path().join(".git/gatefold/bin/v0/gatefold")
    }
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()));
}

#[divan::bench(sample_count = 300)]
fn the_binary_alone(bencher: Bencher<'_, '_>) {
    let repository = Repository::new();
    bencher.bench_local(|| run(&mut Command::new(repository.binary())));
}

#[divan::bench(sample_count = 300)]
fn through_the_launcher(bencher: Bencher<'_, '_>) {
    let repository = Repository::new();
    bencher.bench_local(|| run(&mut Command::new(repository.launcher())));
}

#[divan::bench(sample_count = 300, args = ["dash", "bash", "busybox"])]
fn through_the_launcher_in(bencher: Bencher<'_, '_>, shell: &str) {
    let repository = Repository::new();
    let arguments: &[&str] = if shell == "busybox" { &["sh"] } else { &[] };
    let is_installed = Command::new(shell).args(arguments).args(["-c", ":"]).stderr(Stdio::null()).status();
    if is_installed.is_ok_and(|status| status.success()) {
        bencher.bench_local(|| run(Command::new(shell).args(arguments).arg(repository.launcher())));
    }
}
