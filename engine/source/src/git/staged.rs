//! What is staged, as the head of a change: what `git commit` is about to commit.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{ErrorCode, Index};

use crate::change::Change;

use super::listing::{list, list_beside};
use super::memory::BEFORE_ALL_OTHERS;
use super::{BaseRequest, Found, OpenError, Sides, Surroundings, base, moved, real_folder, said};

/// Opens the change whose head is the index, wherever the working tree stands. `index` is the file that git names to its
/// hooks (`GIT_INDEX_FILE`) where a commit takes another one than the repository's. Nothing is written.
///
/// # Errors
/// There is no repository, or the index cannot be read or holds conflicts.
pub fn open_staged(root: &Path, request: &BaseRequest, index: Option<&Path>) -> Result<Change, OpenError> {
    let found = Found::around(&real_folder(root)?)?.ok_or_else(|| OpenError::NoRevision {
        revision: "the index".to_owned(),
        reason: "there is no repository".to_owned(),
    })?;
    found.refuse_links(root)?;
    open(&found, request, index, &BTreeMap::new())
}

/// The same in a repository that is found, of files that lay elsewhere at the base.
pub(super) fn open(
    found: &Found,
    request: &BaseRequest,
    index: Option<&Path>,
    moved: &BTreeMap<String, String>,
) -> Result<Change, OpenError> {
    let repository = &found.repository;
    let failed = OpenError::git("read what is staged");
    let odb = repository.odb().map_err(&failed)?;
    odb.add_new_mempack_backend(BEFORE_ALL_OTHERS).map_err(&failed)?;
    let tree = match index {
        Some(file) => {
            Index::open(&found.folder.join(file)).and_then(|mut index| index.write_tree_to(repository))
        }
        None => repository.index().and_then(|mut index| index.write_tree()),
    };
    let tree = tree.map_err(&failed)?;
    let commit = match repository.head() {
        Ok(head) => Some(head.peel_to_commit().map_err(OpenError::git("read HEAD"))?),
        Err(error) if matches!(error.code(), ErrorCode::UnbornBranch) => None,
        Err(error) => return Err(OpenError::git("read HEAD")(error)),
    };
    let dirty = commit.as_ref().is_none_or(|commit| commit.tree_id() != tree);
    let base = base::choose(repository, request, &Surroundings::default(), commit.as_ref(), dirty)?;
    let head = list(repository, tree)?;
    let base_tree = base.commit.as_ref().map(|commit| moved::tree(repository, commit, moved, &head));
    let base_tree = base_tree.transpose()?;
    let beside = Some((tree, &head));
    let base_listing = base_tree.map(|tree| list_beside(repository, tree, beside)).transpose()?;
    let sides = Sides { base: base_tree.zip(base_listing), head: (tree, head), disk: None };
    let suffix = if dirty { "-staged" } else { "" };
    let head_commit = commit.as_ref().map(|commit| format!("{}{suffix}", commit.id()));
    let said = said::said(repository, base.commit.as_ref(), commit.as_ref());
    found.change(&sides, base.info(), head_commit, said)
}
