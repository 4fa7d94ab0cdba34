//! Lock files that hold nothing any more.

use findings::{Finding, Location, rule};
use source::{ChangeKind, Tree};

use crate::Scene;
use crate::evidence::HELP_OTHER;
use crate::rules::Check;
use crate::rust::join;
use crate::scene::{base_path, texts};
use crate::supply::folder;
use crate::supply::manifest::Manifest;

rule! {
    /// A `Cargo.lock` that is gone while its workspace is there, one that git is told to ignore, and one that is added
    /// in a member, where cargo does not read it.
    ///
    /// ## Why it hurts
    /// Without a lock file every build takes what the registry has that day, and nobody reviewed it.
    ///
    /// ## Example
    /// ```base toml Cargo.lock
    /// [[package]]
    /// name = "serde"
    /// version = "1.0.200"
    /// ```
    /// ```head text README.md bad
    /// The lock file only made conflicts.
    /// ```
    ///
    /// ## Instead
    /// ```base text .gitignore
    /// target
    /// ```
    /// ```head text .gitignore good
    /// # What is built.
    /// target/
    /// ```
    pub static LOCK_FILE_LOST = {
        id: "lock-file-lost",
        guard: "integrity",
        group: "supply",
        level: Warning,
        summary: "finds lock files that are gone, ignored, or read by nobody",
    };
}

pub(super) static CHECK: Check = Check { rule: &LOCK_FILE_LOST, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let head = &scene.change.head;
    let mut add = |path: &str, message: String| {
        let finding = Finding::new(&LOCK_FILE_LOST, Location::file(path), message);
        findings.push(finding.help(HELP_OTHER).fact("lock file"));
    };
    for file in &scene.change.files {
        let (was, dir) = (base_path(file), folder(base_path(file)));
        if named(was, "Cargo.lock") && file.kind == ChangeKind::Removed {
            let built = dir.is_empty() || head.contains(&join(dir, "Cargo.toml"));
            if built && lock_around(head, dir).is_none() {
                add(was, format!("`{was}` is gone: every build takes what the registry has that day"));
            }
        }
        let dir = folder(&file.path);
        if named(&file.path, "Cargo.lock")
            && file.kind == ChangeKind::Added
            && !dir.is_empty()
            && let Some(read) = lock_around(head, folder(dir))
            && let Ok(manifest) = head.text(&join(dir, "Cargo.toml"))
            && Manifest::read(&manifest).is_some_and(|manifest| !manifest.is_workspace)
        {
            add(&file.path, format!("cargo does not read `{}`: `{read}` holds the versions", file.path));
        }
        if named(&file.path, ".gitignore") && scene.base.contains(&join(dir, "Cargo.lock")) {
            let sides = texts(scene.base, head, file);
            let ignores = |side: Option<Result<std::sync::Arc<str>, _>>| {
                let text = side.and_then(Result::ok).unwrap_or_default();
                text.lines().any(|line| IGNORING.contains(&line.trim()))
            };
            if ignores(sides.head) && !ignores(sides.base) {
                add(
                    &file.path,
                    format!("`{}` is ignored: a new one is not committed any more", join(dir, "Cargo.lock")),
                );
            }
        }
    }
}

/// Lines that make git ignore the lock file beside them.
const IGNORING: [&str; 5] = ["Cargo.lock", "/Cargo.lock", "**/Cargo.lock", "*.lock", "/*.lock"];

fn named(path: &str, name: &str) -> bool {
    path.rsplit('/').next() == Some(name)
}

/// The nearest lock file in a folder or above it.
fn lock_around(tree: &Tree, dir: &str) -> Option<String> {
    let mut dir = dir;
    loop {
        let path = join(dir, "Cargo.lock");
        if tree.contains(&path) {
            return Some(path);
        }
        if dir.is_empty() {
            return None;
        }
        dir = folder(dir);
    }
}
