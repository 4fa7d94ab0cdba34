//! CI that checks less.

use findings::{Finding, Location, rule};
use source::{ChangeKind, FileChange};

use crate::Scene;
use crate::ci::{self, Kind, Pipeline};
use crate::evidence::{HELP_OTHER, line_of, side_by_side};
use crate::rules::Check;
use crate::scene::{Around, base_path};

rule! {
    /// A command that checked the code and no longer does, or whose failure no longer counts: a step or job that is gone,
    /// `continue-on-error`, `allow_failure`, `|| true`, `if: false`, a command with a narrower selection, a matrix with fewer
    /// entries, an event or a path that no longer starts the checks, an action that is no longer pinned. Workflows of GitHub and GitLab
    /// and the scripts of `integrity.scripts` are compared as data: order, comments, names of steps, new steps and new versions of pinned
    /// actions are silent, and a command that moved to another job or file is found there.
    ///
    /// ## Why it hurts
    /// Everything else in this gate relies on CI running it. A check that is skipped is green.
    ///
    /// ## Example
    /// ```base yaml .github/workflows/ci.yml
    /// on: [push, pull_request]
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test --workspace
    ///       - run: cargo clippy -- -D warnings
    /// ```
    /// ```head yaml .github/workflows/ci.yml bad
    /// on: [push, pull_request]
    /// jobs:
    ///   test: #~
    ///     steps:
    ///       - run: cargo test --workspace || true #~
    /// ```
    ///
    /// ## Instead
    /// ```base yaml .github/workflows/ci.yml
    /// on: [push, pull_request]
    /// jobs:
    ///   test:
    ///     steps:
    ///       - run: cargo test --workspace
    ///       - run: cargo clippy -- -D warnings
    /// ```
    /// ```head yaml .github/workflows/ci.yml good
    /// on:
    ///   pull_request:
    ///   push:
    /// jobs:
    ///   lint:
    ///     # A job of its own, so that it is done sooner.
    ///     steps:
    ///       - run: cargo clippy --all-targets -- -Dwarnings
    ///   test:
    ///     steps:
    ///       - name: Tests
    ///         run: cargo test --workspace --locked
    /// ```
    pub static CI_STEP_WEAKENED = {
        id: "ci-step-weakened",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds steps of CI that are gone, softened or narrowed",
    };
}

pub(super) static CHECK: Check = Check { rule: &CI_STEP_WEAKENED, check };

/// One file on both sides, with its pipelines.
struct Sides<'a> {
    file: &'a FileChange,
    before: String,
    after: String,
    base: Pipeline,
    head: Pipeline,
}

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let around = scene.around();
    let sides: Vec<Sides<'_>> = around.files.iter().filter_map(|file| read(scene, &around, file)).collect();
    if sides.is_empty() {
        return;
    }
    let base: Vec<Pipeline> = sides.iter().map(|side| side.base.clone()).collect();
    let head: Vec<Pipeline> = sides.iter().map(|side| side.head.clone()).collect();
    let mut lost = ci::compare(&base, &head);
    for (index, side) in sides.iter().enumerate().filter(|(_, side)| side.file.kind != ChangeKind::Removed) {
        lost.extend(ci::compare_jobs(index, &side.base, &side.head));
        lost.extend(ci::compare_triggers(index, &side.base, &side.head));
    }
    for lost in lost {
        let at = lost.head_file.unwrap_or(lost.base_file);
        let side = &sides[at];
        let shown = around.shown(&side.file.path);
        let first = |text: &str| text.split('\n').next().unwrap_or_default().to_owned();
        let line = lost.head.as_deref().and_then(|head| line_of(&side.after, &first(head)));
        let place = line.map_or(Location::file(&shown), |line| Location::point(&shown, line, 1));
        let origin = &sides[lost.base_file];
        let mut finding = Finding::new(&CI_STEP_WEAKENED, place, &lost.what).help(HELP_OTHER);
        let head = lost.head.as_deref().filter(|head| !head.ends_with(':')).unwrap_or_default();
        // What softens a command may stand elsewhere than the command.
        let note = match lost.base == head {
            true => side_by_side(&origin.before, &side.after),
            false => side_by_side(&lost.base, head),
        };
        finding = match line_of(&origin.before, &first(&lost.base)) {
            Some(line) if !lost.base.is_empty() => {
                finding.note_at_base(Location::point(around.shown(base_path(origin.file)), line, 1), note)
            }
            _ => finding.note(note),
        };
        findings.push(finding.fact(&lost.what).judged(&lost.base, lost.head.unwrap_or_default()));
    }
}

fn kind(scene: &Scene<'_>, path: &str) -> Option<Kind> {
    ci::platform(path).or_else(|| scene.scripts.is_match(path).then_some(Kind::Script))
}

fn read<'a>(scene: &Scene<'_>, around: &Around<'_>, file: &'a FileChange) -> Option<Sides<'a>> {
    let kind = kind(scene, base_path(file)).or_else(|| kind(scene, &file.path))?;
    let texts = around.texts(file);
    let text = |side: Option<Result<std::sync::Arc<str>, _>>| {
        side.map_or(Some(String::new()), |text| Some(text.ok()?.to_string()))
    };
    let (before, mut after) = (text(texts.base)?, text(texts.head)?);
    if self::kind(scene, &file.path).is_none() {
        // Moved to where no platform looks for it, it runs nothing.
        after.clear();
    }
    let pipeline = |path: &str, text: &str| {
        if text.is_empty() { Some(Pipeline::default()) } else { ci::read(kind, path, text).ok() }
    };
    let (base, head) = (pipeline(base_path(file), &before)?, pipeline(&file.path, &after)?);
    Some(Sides { file, before, after, base, head })
}

/// Files of CI that could not be read: path, whether at base, why.
pub(super) fn unread(scene: &Scene<'_>) -> Vec<(String, bool, String)> {
    let around = scene.around();
    let mut found = Vec::new();
    for file in around.files.iter().filter(|file| file.kind != ChangeKind::Added) {
        let Some(kind) = kind(scene, base_path(file)) else { continue };
        let texts = around.texts(file);
        for (text, path, at_base) in
            [(texts.base, base_path(file), true), (texts.head, file.path.as_str(), false)]
        {
            let problem = match text {
                Some(Ok(text)) if kind == Kind::Script => text
                    .lines()
                    .any(|line| line.starts_with("<<<<<<< "))
                    .then(|| "it has conflict markers".to_owned()),
                Some(Ok(text)) => ci::read(kind, path, &text).err().map(|error| error.to_string()),
                // A binary among the scripts is no script.
                Some(Err(_)) if kind == Kind::Script => None,
                Some(Err(error)) => Some(error.to_string()),
                None => None,
            };
            found.extend(problem.map(|problem| (around.shown(path), at_base, problem)));
        }
    }
    found
}
