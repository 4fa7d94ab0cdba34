//! A copy of a workspace that nobody works in, as a repository of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use source::{BaseRequest, Scratch, Surroundings, Tree};
use tempfile::TempDir;

use crate::failure::Failure;

/// Where the reference workspace lies in a checkout of Gatefold.
const REFERENCE: &str = "templates/ranker";

/// What tells a workspace that the faults were thought up for from any other.
const MARK: &str = "services/now-playing/Cargo.toml";

/// The reference workspace: the root itself, or the one in the checkout of Gatefold around it.
pub(crate) fn workspace_around(root: &Path) -> Result<PathBuf, Failure> {
    let candidates = root.ancestors().map(|folder| folder.join(REFERENCE));
    [root.to_owned()].into_iter().chain(candidates).find(|folder| folder.join(MARK).is_file()).ok_or_else(|| {
        Failure::usage(format_args!(
            "the drill needs the reference workspace: `--root` one, or run it in a checkout of Gatefold (there is no \
             `{MARK}` in `{}` and no `{REFERENCE}` around it)",
            root.display()
        ))
    })
}

/// The copy. Dropping it removes it.
pub(crate) struct Copy {
    holder: TempDir,
    folder: PathBuf,
    scratch: Scratch,
    /// The workspace as it was copied.
    pub(crate) tree: Tree,
    /// The commit that holds it.
    pub(crate) base: String,
    /// Files that differ from the base now.
    edited: BTreeSet<String>,
}

impl Copy {
    /// Copies what belongs to a workspace, and nothing that git ignores, to a temporary folder below `parent`.
    pub(crate) fn of(workspace: &Path, parent: &Path) -> Result<Copy, Failure> {
        let failed = |error: std::io::Error| {
            Failure::could_not_run(format_args!("failed to copy `{}`: {error}", workspace.display()))
        };
        let tree = source::open(workspace, &BaseRequest::None, &Surroundings::default())?.head;
        let holder = tempfile::Builder::new().prefix("gatefold-drill-").tempdir_in(parent).map_err(failed)?;
        let folder = holder.path().canonicalize().map_err(failed)?.join("workspace");
        for path in tree.paths() {
            let content = tree.read(path).map_err(Failure::could_not_run)?;
            let to = folder.join(path);
            std::fs::create_dir_all(to.parent().unwrap_or(&folder)).map_err(failed)?;
            std::fs::write(to, content).map_err(failed)?;
        }
        let scratch = Scratch::create(&folder).map_err(Failure::could_not_run)?;
        let base = scratch.commit("main", None, "The workspace as it is").map_err(Failure::could_not_run)?;
        Ok(Copy { holder, folder, scratch, tree, base, edited: BTreeSet::new() })
    }

    /// Where it lies.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the edits the only ones and commits them to a branch of their own that begins at the base.
    pub(crate) fn commit(
        &mut self,
        branch: &str,
        message: &str,
        edits: &BTreeMap<String, String>,
    ) -> Result<(), Failure> {
        for file in std::mem::take(&mut self.edited) {
            self.write(&file, &self.tree.read(&file).map_err(Failure::could_not_run)?)?;
        }
        for (file, text) in edits {
            self.write(file, text.as_bytes())?;
            self.edited.insert(file.clone());
        }
        self.scratch.commit(branch, Some(&self.base), message).map_err(Failure::could_not_run)?;
        Ok(())
    }

    fn write(&self, file: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(file);
        std::fs::write(&path, content).map_err(|error| {
            Failure::could_not_run(format_args!("failed to write `{}`: {error}", path.display()))
        })
    }

    /// Leaves it where it is.
    pub(crate) fn keep(self) -> PathBuf {
        let _ = self.holder.keep();
        self.folder
    }
}
