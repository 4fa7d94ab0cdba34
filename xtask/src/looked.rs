//! Whether a guard looked: one that says it looked at nothing, where the change has files of its kind, did not.

use findings::Checked;
use source::{ChangeKind, FileChange};

use crate::scene::Scene;

/// What is wrong with an answer that looked at no file of the guard's kind, where the change has some.
pub(crate) fn at_nothing(guard: &str, scene: &Scene, checked: &Checked) -> Option<String> {
    let (count, what) = match guard {
        "lints" => ("files", "Rust files"),
        "arch" => ("crates", "crates"),
        "contracts" => ("protos", "protos"),
        "golden" => ("requests", "requests"),
        _ => ("rust files", "Rust files"),
    };
    let told = checked.findings.iter().any(|finding| finding.rule.says_not_looked_at());
    if told || checked.counts.get(count).is_some_and(|&count| count > 0) {
        return None;
    }
    let files = of_its_kind(guard, scene);
    let first = files.first()?;
    let others = match files.len() - 1 {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    Some(format!("it looked at no {what}, though the change touches `{}`{others}", first.path.escape_debug()))
}

/// What the policy keeps a guard from looking at, where that is all of its kind that the change has.
pub(crate) fn left_out(scene: &Scene) -> Option<String> {
    let policy: lints::Policy = scene.effective.section("lints").ok()?;
    let all = scene.change.files.iter().filter(|file| is_rust(file)).count();
    let left = all > 0
        && scene.ask.files.is_none()
        && of_its_kind("lints", scene).is_empty()
        && !policy.exclude.is_empty();
    left.then(|| {
        format!("lints looked at none of the {all} Rust files of the change: `lints.exclude` leaves them out")
    })
}

/// The files of the change that a guard cannot have looked past, as the policy that judges has it.
fn of_its_kind<'s>(guard: &str, scene: &'s Scene) -> Vec<&'s FileChange> {
    let lints: lints::Policy = scene.effective.section("lints").unwrap_or_default();
    let golden: golden::Policy = scene.effective.section("golden").unwrap_or_default();
    let asked = |path: &String| scene.ask.files.as_ref().is_none_or(|files| files.contains(path));
    let recorded = |path: &str| {
        golden.corpora.iter().any(|corpus| corpus.requests() == path || corpus.rankings() == path)
    };
    let is_its = |file: &&FileChange| match guard {
        "lints" => is_rust(file) && asked(&file.path) && !lints.excludes(&file.path),
        "arch" => is_rust(file) || is_at_head(file, "Cargo.toml"),
        "contracts" => is_at_head(file, ".proto"),
        "golden" => file.kind != ChangeKind::Removed && recorded(&file.path),
        _ => file.path.ends_with(".rs"),
    };
    scene.change.files.iter().filter(is_its).collect()
}

fn is_rust(file: &FileChange) -> bool {
    is_at_head(file, ".rs")
}

fn is_at_head(file: &FileChange, end: &str) -> bool {
    file.kind != ChangeKind::Removed && file.path.ends_with(end)
}
