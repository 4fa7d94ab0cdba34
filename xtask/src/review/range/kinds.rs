//! Which files of a range matter to whoever is on call, as the policies of its two ends name them.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};
use policy::{Document, POLICY_FILE};
use source::{Landing, Range};

use super::{Other, what};
use crate::failure::Failure;
use crate::house;

/// The files, by what they are.
pub(super) struct Kinds {
    /// Recorded rankings, by path, with the name of their corpus.
    pub(super) recordings: BTreeMap<String, String>,
    others: Vec<(&'static str, GlobMatcher)>,
}

impl Kinds {
    /// Reads the policies. One that cannot be read names nothing: a range may begin before the first.
    pub(super) fn of(range: &Range) -> Result<Kinds, Failure> {
        let mut kinds = Kinds { recordings: BTreeMap::new(), others: Vec::new() };
        let policies = [&range.base, &range.head].map(|commit| {
            let text = range.text(commit, POLICY_FILE, false).unwrap_or_default();
            Document::parse_base(POLICY_FILE, &text, &house::SCHEMA).ok()
        });
        for (document, _) in policies.iter().flatten() {
            let golden: golden::Policy = document.section("golden").unwrap_or_default();
            for corpus in &golden.corpora {
                kinds
                    .recordings
                    .extend(corpus.recordings().into_iter().map(|path| (path, corpus.name.clone())));
            }
            kinds.add("model", &golden.models);
            let contracts: contracts::Policy = document.section("contracts").unwrap_or_default();
            for model in contracts.models.values() {
                let files = [&model.artefact, &model.signature, &model.lock];
                kinds.add("model", &files.into_iter().flatten().cloned().collect::<Vec<_>>());
            }
            kinds.add("alert rules", &contracts.operations.rules);
            kinds.add("dashboard", &contracts.operations.dashboards);
            kinds.add("experiments", &contracts.experiments.files);
            kinds.add("policy", &[POLICY_FILE.to_owned()]);
        }
        Ok(kinds)
    }

    fn add(&mut self, kind: &'static str, globs: &[String]) {
        // The policy refuses what is no glob when it is judged.
        let matchers =
            globs.iter().filter_map(|glob| GlobBuilder::new(glob).literal_separator(true).build().ok());
        self.others.extend(matchers.map(|glob| (kind, glob.compile_matcher())));
    }

    /// Whether a file matters.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.recordings.contains_key(path) || self.kind(path).is_some()
    }

    fn kind(&self, path: &str) -> Option<&'static str> {
        self.others.iter().find(|(_, glob)| glob.is_match(path)).map(|(kind, _)| *kind)
    }

    /// The files of a landing that are no recorded rankings.
    pub(super) fn others(&self, landing: &Landing) -> Vec<Other> {
        let others = landing.asked.iter().filter_map(|(path, change)| {
            let kind = self.kind(path).filter(|_| !self.recordings.contains_key(path))?;
            Some(Other { kind, file: path.clone(), what: what(*change) })
        });
        others.collect()
    }
}
