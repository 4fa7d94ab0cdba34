//! The facts of files, of some only once somebody asks for them.

use std::fmt;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

use super::facts::Facts;
use super::problem::{Problem, ProblemKind};
use super::read::{self, in_parallel};
use crate::cache::{Cache, Key, Store};
use crate::tree::Tree;

/// Facts by the index of their file.
#[derive(Default)]
pub(crate) struct LateFacts {
    files: Vec<OnceLock<Arc<Facts>>>,
    late: Option<Late>,
}

/// Where the facts come from that are not there yet.
pub(crate) struct Late {
    pub(crate) tree: Tree,
    pub(crate) cache: Cache,
    /// By the index of the file: its path, and the key of the content that it had.
    pub(crate) files: Vec<(Arc<str>, Option<Key>)>,
    pub(crate) store: OnceLock<Store>,
}

impl LateFacts {
    pub(crate) fn of(facts: Vec<Arc<Facts>>) -> Self {
        LateFacts { files: facts.into_iter().map(OnceLock::from).collect(), late: None }
    }

    /// Some facts, and where to find the others.
    pub(crate) fn some(facts: Vec<Option<Arc<Facts>>>, late: Late) -> Self {
        let lock = |facts: Option<Arc<Facts>>| facts.map_or_else(OnceLock::new, OnceLock::from);
        LateFacts { files: facts.into_iter().map(lock).collect(), late: Some(late) }
    }
}

impl LateFacts {
    /// Reads what is not there yet, beside each other: for whoever asks for all of them.
    pub(crate) fn read_all(&self) {
        let missing: Vec<usize> =
            (0..self.files.len()).filter(|at| self.files[*at].get().is_none()).collect();
        in_parallel(&missing, |index| _ = &self[*index]);
    }
}

impl Late {
    fn read(&self, index: usize) -> Arc<Facts> {
        let (path, key) = &self.files[index];
        let store = self.store.get_or_init(|| self.cache.open());
        // The file has this content, as its stamp says: it need not be read to be known by it.
        if let Some(facts) = key.as_ref().and_then(|key| store.get(key)) {
            return Arc::new(facts);
        }
        let read = read::unless(&self.tree, path, None, store);
        if let (Some(facts), true) = (read.facts, read.content == *key) {
            return facts;
        }
        // It changed while the run went on, and what is known of it is what it said before.
        let problem = Problem::of_file(path, ProblemKind::Unreadable, "the file changes while it is read");
        Arc::new(Facts { problem: Some(problem), ..Facts::default() })
    }
}

impl Index<usize> for LateFacts {
    type Output = Arc<Facts>;

    fn index(&self, index: usize) -> &Arc<Facts> {
        let read = || self.late.as_ref().map(|late| late.read(index)).unwrap_or_default();
        self.files[index].get_or_init(read)
    }
}

impl fmt::Debug for LateFacts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the facts of {} files", self.files.len())
    }
}
