//! A store with corpora of these tests, and what stands in git for each.

use findings::Checked;
use golden::bulk::{About, Manifest, Store, Writer, store_requests};
use golden::{Policy, check_static_with};
use source::{Change, Tree};

use super::{RANKINGS, REQUESTS, policy, recording, requests_text, rows};

pub(crate) const BASE: &str = "cold/1 limit=3: t1=0.9 t2=0.5 t3=0.1\ncold/2 limit=3: t4=0.8 t5=0.6\nhome/1 limit=2: t1=0.9 t9=0.5\nhome/2 limit=2: NOT_FOUND";

pub(crate) fn edit(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from}");
    BASE.replacen(from, to, 1)
}

/// A store with the corpora of these tests, and what stands in git for each.
pub(crate) struct Depot {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
}

impl Depot {
    pub(crate) fn new() -> Depot {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("store"));
        Depot { folder, store }
    }

    /// The two manifests of a corpus.
    pub(crate) fn manifests(&self, notation: &str) -> [String; 2] {
        let rows = rows(notation);
        let file = self.folder.path().join("requests.jsonl");
        let shuffled: String = requests_text(&rows).lines().rev().map(|line| format!("{line}\n")).collect();
        std::fs::write(&file, shuffled).unwrap();
        let requests = store_requests(&self.store, &file).unwrap();
        [requests.to_text(), self.rankings(notation, &requests.file).to_text()]
    }

    pub(crate) fn rankings(&self, notation: &str, requests: &str) -> Manifest {
        let [corpus, service, rpc, requests] =
            ["queue", "queue", "r.v1.Queue/Rank", requests].map(str::to_owned);
        let about = About { corpus, service, rpc, requests, clock: None, seed: None };
        let mut writer = Writer::new(&self.store, about).unwrap();
        for entry in &recording(&rows(notation)).entries {
            writer.push(&entry.id, &entry.segment, &entry.ranking).unwrap();
        }
        writer.finish().unwrap()
    }

    pub(crate) fn tree(&self, notation: &str) -> Tree {
        let [requests, rankings] = self.manifests(notation);
        Tree::from_memory([(REQUESTS, requests), (RANKINGS, rankings)])
    }

    pub(crate) fn judge(&self, base: Option<Tree>, head: Tree) -> Checked {
        self.judge_under(&policy(""), base, head, &[])
    }

    /// With these requests' changes approved.
    pub(crate) fn judge_under(
        &self,
        policy: &Policy,
        base: Option<Tree>,
        head: Tree,
        approved: &[&str],
    ) -> Checked {
        let is_approved = |finding: &findings::Finding| {
            finding.deltas.iter().map(|delta| approved.contains(&delta.of.as_str())).collect()
        };
        check_static_with(&Change::of_trees(base, head), policy, &self.store, &is_approved)
    }

    #[track_caller]
    pub(crate) fn check(&self, base: &str, head: &str, expected: &[&str]) {
        assert_eq!(messages(&self.judge(Some(self.tree(base)), self.tree(head))), expected);
    }

    /// Takes everything out of the store.
    pub(crate) fn empty(&self) {
        std::fs::remove_dir_all(self.folder.path().join("store")).unwrap();
    }
}

pub(crate) fn messages(checked: &Checked) -> Vec<String> {
    checked.findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect()
}
