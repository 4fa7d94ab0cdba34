//! Whether a guard looked: one that says it looked at nothing, where the change has files of its kind, did not. And whether
//! there was anything to look at.

use std::collections::HashSet;

use findings::{Checked, Finding, GuardRun, Level, Outcome, Tier};
use policy::{POLICY_FILE, rules};
use source::{ChangeKind, Code, FileChange, ProblemKind};

use crate::failure::Failure;
use crate::scene::{Scene, problems};

/// What could not be read, as findings. A file that no target reaches is built by nobody, such as a template, or code that a
/// test shows to the compiler: that it is no Rust is advice.
pub(crate) fn unread(code: &Code) -> Vec<Finding> {
    let mut orphans: Option<HashSet<&str>> = None;
    let mut is_orphan = |path: &str| {
        let all = || code.files().iter().filter(|file| file.orphan).map(|file| file.path.as_str()).collect();
        orphans.get_or_insert_with(all).contains(path)
    };
    let finding = |problem| {
        let mut finding = rules::problem(problem);
        if problem.kind == ProblemKind::Unparsable && is_orphan(&problem.path) {
            finding.level = Level::Warning;
        }
        finding
    };
    problems(code).map(finding).collect()
}

/// What is to be said where none of the guards that were asked had anything to look at.
///
/// # Errors
/// The folder is no repository either, and nothing says that it is meant.
pub(crate) fn at_anything(scene: &Scene, runs: &[GuardRun]) -> Result<Option<String>, Failure> {
    if scene.ask.files.is_some() || runs.iter().any(may_have_looked) {
        return Ok(None);
    }
    let root = &scene.ask.root;
    if !scene.head_policy.exists() && source::common_git_folder(root).is_none() {
        return Err(Failure::could_not_run(format_args!(
            "there is nothing to judge in `{}`: it is no repository, has no `{POLICY_FILE}`, and no guard that was asked has \
             anything to look at; run it in a repository, or name one with `--root`",
            root.display()
        )));
    }
    Ok(Some("no guard that was asked has anything to look at here".to_owned()))
}

/// A guard that could not look says so itself. Integrity looks at what changed, which may be nothing.
fn may_have_looked(run: &GuardRun) -> bool {
    match run.outcome {
        Outcome::Clean | Outcome::Findings => {
            run.guard == "integrity" || run.checked.values().any(|&count| count > 0)
        }
        Outcome::CouldNotRun => true,
        Outcome::NotConfigured | Outcome::NotAsked => false,
    }
}

/// What is wrong with an answer that looked at no file of the guard's kind, where the change has some.
pub(crate) fn at_nothing(guard: &str, scene: &Scene, checked: &Checked) -> Option<String> {
    // What other tools are asked about are packages, and a file may lie in none.
    if guard == "lints" && !scene.ask.tier.is_static() {
        return None;
    }
    let (counts, what) = counted(guard, scene.ask.tier);
    let told = checked.findings.iter().any(|finding| finding.rule.says_not_looked_at());
    if told || counts.iter().any(|count| checked.counts.get(count).is_some_and(|&count| count > 0)) {
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

/// The counts by which a guard says that it looked, and what it counts.
fn counted(guard: &str, tier: Tier) -> (&'static [&'static str], &'static str) {
    match guard {
        "lints" => (&["files"], "Rust files"),
        "arch" => (&["crates"], "crates"),
        "contracts" if tier.is_static() => (&["protos"], "protos"),
        "contracts" => (&["scenarios", "properties", "deadlines", "robustness", "replayed rows"], "promises"),
        "golden" if tier.is_static() => (&["requests"], "requests"),
        "golden" => (&["replayed"], "requests"),
        _ => (&["rust files"], "Rust files"),
    }
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
    let recorded =
        |path: &str| golden.corpora.iter().any(|corpus| corpus.requests() == path || corpus.records(path));
    let is_its = |file: &&FileChange| match guard {
        "lints" => is_rust(file) && asked(&file.path) && !lints.excludes(&file.path),
        "arch" => is_rust(file) || is_at_head(file, "Cargo.toml"),
        "contracts" => is_at_head(file, ".proto"),
        "golden" => file.kind != ChangeKind::Removed && recorded(&file.path),
        _ => file.path.ends_with(".rs") && asked(&file.path),
    };
    scene.change.files.iter().filter(is_its).collect()
}

fn is_rust(file: &FileChange) -> bool {
    is_at_head(file, ".rs")
}

fn is_at_head(file: &FileChange, end: &str) -> bool {
    file.kind != ChangeKind::Removed && file.path.ends_with(end)
}

#[cfg(test)]
mod tests {
    use policy::Today;
    use source::{BaseRequest, Cache, Surroundings};

    use super::*;
    use crate::scene::Ask;

    #[test]
    fn a_guard_that_counts_nothing_where_the_change_has_its_files_did_not_look() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let policy = "services:\n  queue: {run: [queue]}\n\
                      golden:\n  corpora:\n    queue: {rpc: r.v1.Queue/Rank, items: tracks, id: id, score: score}\n";
        for (file, text) in [
            ("Cargo.toml", "[package]\nname = \"queue\"\n"),
            ("src/lib.rs", ""),
            ("queue.proto", "syntax = \"proto3\";\n"),
            ("services/queue/golden/requests.jsonl", ""),
            ("gatefold.yaml", policy),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        let check = |tier, guard, count, looked: bool| {
            let scene = Scene::open(ask(folder.path(), tier)).expect("a scene");
            let checked = Checked { counts: [(count, 1)].into(), ..Checked::default() };
            assert_eq!(at_nothing(guard, &scene, &checked).is_none(), looked, "{guard}, {tier:?}, {count}");
        };
        for tier in [Tier::Static, Tier::All] {
            check(tier, "lints", "files", true);
            check(tier, "lints", "texts", false);
            check(tier, "arch", "crates", true);
            check(tier, "arch", "modules", false);
            check(tier, "contracts", "protos", true);
            check(tier, "contracts", "scenarios", false);
            check(tier, "golden", "requests", true);
            check(tier, "golden", "replayed", false);
            check(tier, "integrity", "rust files", true);
            check(tier, "integrity", "tests", false);
        }
        check(Tier::Live, "contracts", "scenarios", true);
        check(Tier::Live, "contracts", "replayed rows", true);
        check(Tier::Live, "contracts", "protos", false);
        check(Tier::Live, "golden", "replayed", true);
        check(Tier::Live, "golden", "requests", false);
    }

    fn ask(root: &std::path::Path, tier: Tier) -> Ask {
        Ask {
            root: root.to_owned(),
            base: BaseRequest::None,
            head: None,
            surroundings: Surroundings::default(),
            tier,
            intent: None,
            only: Vec::new(),
            files: None,
            bootstrap: true,
            against: None,
            cache: Cache::off(),
            today: Today::at(0),
        }
    }
}
