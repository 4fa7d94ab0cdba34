//! What the five answers and the facts beside claims are made from, gathered once.

use std::cell::OnceCell;

use findings::Outcome;
use golden::report::{self, Corpus};
use source::{Change, ChangeKind, FileChange, is_same_code};

use super::below::{Compared, compared};
use super::look::{Looked, counted};
use super::prose::Prose;
use crate::gate::Judgement;
use crate::store;
use crate::surroundings::process_env;

/// A judgement, with what it takes longer to know.
pub(crate) struct Seen<'j> {
    pub(crate) judgement: &'j Judgement,
    /// What became of the recorded rankings of every corpus; empty where the golden guard did not look.
    pub(crate) corpora: Vec<Corpus>,
    /// What of the change is more than prose and comments: files, from the root.
    pub(crate) code: Vec<String>,
    dependencies: OnceCell<Option<Compared>>,
}

impl<'j> Seen<'j> {
    pub(crate) fn of(judgement: &'j Judgement) -> Seen<'j> {
        let change = &judgement.scene.change;
        let prose = Prose::of(change);
        let more = change.files.iter().filter(|file| !prose.is(file) && !only_comments(change, file));
        let code = more.map(|file| file.path.clone()).collect();
        Seen { judgement, corpora: corpora(judgement), code, dependencies: OnceCell::new() }
    }

    /// How many recorded rankings differ from the base's, and of how many.
    pub(crate) fn moved(&self) -> (u64, u64) {
        let sum = |of: fn(&Corpus) -> u64| self.corpora.iter().map(of).sum();
        (sum(|corpus| corpus.changed), sum(|corpus| corpus.requests))
    }

    /// What became of dependencies; `None` without a base.
    pub(crate) fn dependencies(&self) -> Option<&Compared> {
        self.dependencies.get_or_init(|| compared(self.judgement)).as_ref()
    }

    /// Why nobody compared recorded rankings with the base's, where that is so.
    pub(crate) fn uncompared(&self) -> Option<&'static str> {
        let is_static = self.judgement.scene.ask.tier.is_static();
        (!is_static)
            .then_some("nobody compared recorded rankings with the base's (the static tier did not run)")
    }

    /// Whether integrity looked. It compares what differs: where nothing does, nothing is weaker.
    pub(crate) fn weighed(&self) -> Looked {
        let report = &self.judgement.report;
        let change = &self.judgement.scene.change;
        let ran = report
            .guards
            .iter()
            .any(|run| run.guard == "integrity" && matches!(run.outcome, Outcome::Clean | Outcome::Findings));
        if ran && change.base.is_none() {
            return Looked::Not { why: "there is no base to compare with".to_owned(), failed: false };
        }
        match ran && change.files.is_empty() {
            true => Looked::At("no file differs from the base".to_owned()),
            false => Looked::at_any(report, "integrity", &["files", "rust files", "tests"]),
        }
    }

    /// Code of the change in languages that no guard reads: tests in it may have gone unseen.
    pub(crate) fn foreign(&self) -> Vec<&str> {
        let files = self.judgement.scene.change.files.iter().map(|file| file.path.as_str());
        files.filter(|path| path.rsplit_once('.').is_some_and(|(_, end)| FOREIGN.contains(&end))).collect()
    }

    /// How many requests the services built from head were asked.
    pub(crate) fn replayed(&self) -> u64 {
        counted(&self.judgement.report, "golden", "replayed")
    }
}

/// How files of code end in other languages than Rust.
const FOREIGN: &[&str] = &[
    "java", "kt", "kts", "scala", "groovy", "gradle", "clj", "go", "py", "js", "mjs", "cjs", "jsx", "ts",
    "tsx", "rb", "php", "cs", "fs", "swift", "m", "mm", "c", "cc", "cpp", "cxx", "h", "hh", "hpp", "ex",
    "exs", "erl", "hs", "ml", "dart", "lua", "pl", "r", "jl", "zig",
];

/// Whether nothing differs in a Rust file but its comments.
fn only_comments(change: &Change, file: &FileChange) -> bool {
    let is_same_file = file.kind == ChangeKind::Modified && file.modes.is_none();
    if !is_same_file || !file.path.ends_with(".rs") {
        return false;
    }
    let before = change.base.as_ref().and_then(|base| base.text(&file.path).ok());
    before.zip(change.head.text(&file.path).ok()).is_some_and(|(before, after)| is_same_code(&before, &after))
}

fn corpora(judgement: &Judgement) -> Vec<Corpus> {
    let scene = &judgement.scene;
    let looked = |outcome| matches!(outcome, Outcome::Clean | Outcome::Findings);
    let golden = judgement.report.guards.iter().find(|run| run.guard == "golden");
    if !golden.is_some_and(|run| looked(run.outcome)) || !scene.ask.tier.is_static() {
        return Vec::new();
    }
    let Ok(policy) = scene.effective.section::<golden::Policy>("golden") else { return Vec::new() };
    let store = store::of(&scene.ask.root, &policy, None, &process_env);
    report::recorded(&scene.change, &policy, &store)
}
