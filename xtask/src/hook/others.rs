//! What others committed: a branch that is checked out, pulled or rebased on brings their work along, and that is not the
//! agent's to mend.
//!
//! What is committed in a clone that was made beside it meanwhile, and fetched from there, is the agent's. It can be gone round
//! on purpose: by a commit that is made in a clone that is gone again, or that is made without git's logs, pushed and
//! fetched. CI judges all of it.

use std::collections::BTreeSet;
use std::path::Path;

use findings::Finding;

use super::event::Event;
use super::memory;
use super::touched::Found;
use crate::scene::Scene;

/// What of a change was written since the agent began.
pub(crate) struct Own {
    /// From the repository's folder; `None` where it cannot be told, so that all may be.
    paths: Option<BTreeSet<String>>,
}

impl Own {
    /// Looks at the history between base and head.
    pub(crate) fn of(event: &Event, found: &Found, scene: &Scene) -> Own {
        let paths = source::own_paths(Path::new(&found.folder), &scene.change, &memory::tips(event));
        Own { paths: paths.ok().flatten() }
    }

    /// Whether a file, as findings name it, was written since.
    pub(crate) fn has(&self, found: &Found, shown: &str) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.contains(&found.path_of(shown)))
    }

    /// Whether all that differs was written since, as far as it can be told.
    pub(crate) fn has_all(&self, found: &Found) -> bool {
        self.paths.as_ref().is_some_and(|paths| found.stamps.keys().all(|path| paths.contains(path)))
    }

    /// Whether a finding may come of what was written since. One that names no file may, as soon as anything was; one in a
    /// file that is as the base has it comes of another, and may where all others were written since.
    pub(crate) fn explains(&self, found: &Found, finding: &Finding) -> bool {
        let Some(paths) = &self.paths else { return true };
        match finding.file() {
            Some(file) if found.differs(file) => self.has(found, file),
            Some(_) => found.stamps.keys().all(|path| paths.contains(path)),
            None => !paths.is_empty(),
        }
    }
}
