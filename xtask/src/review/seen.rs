//! What the five answers and the facts beside claims are made from, gathered once.

use findings::Outcome;
use golden::report::{self, Corpus};

use super::look::counted;
use crate::gate::Judgement;
use crate::store;
use crate::surroundings::process_env;

/// A judgement, with what it takes longer to know.
pub(crate) struct Seen<'j> {
    pub(crate) judgement: &'j Judgement,
    /// What became of the recorded rankings of every corpus; empty where the golden guard did not look.
    pub(crate) corpora: Vec<Corpus>,
    /// What of the change is more than prose: files, from the root.
    pub(crate) code: Vec<String>,
}

/// Ends of files that nobody builds, ranks or is judged by.
const PROSE: [&str; 4] = [".md", ".adoc", ".rst", ".txt"];

impl<'j> Seen<'j> {
    pub(crate) fn of(judgement: &'j Judgement) -> Seen<'j> {
        let files = judgement.scene.change.files.iter().map(|file| &file.path);
        let code = files.filter(|path| !is_prose(path)).cloned().collect();
        Seen { judgement, corpora: corpora(judgement), code }
    }

    /// How many recorded rankings differ from the base's, and of how many.
    pub(crate) fn moved(&self) -> (u64, u64) {
        let sum = |of: fn(&Corpus) -> u64| self.corpora.iter().map(of).sum();
        (sum(|corpus| corpus.changed), sum(|corpus| corpus.requests))
    }

    /// How many requests the services built from head were asked.
    pub(crate) fn replayed(&self) -> u64 {
        counted(&self.judgement.report, "golden", "replayed")
    }
}

/// Whether a file is there for people only.
pub(crate) fn is_prose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // A policy of words is no prose: what owns, what is required of packages, what robots read.
    let rules = ["CMakeLists.txt", "requirements.txt", "robots.txt", "AGENTS.md", "CLAUDE.md"];
    PROSE.iter().any(|end| name.ends_with(end)) && !rules.contains(&name) || name.starts_with("LICENSE")
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
