//! Trees as git objects in memory, so that every difference is found by the same code and nothing is written.

use std::collections::BTreeSet;

use findings::BaseInfo;
use git2::{FileMode, ObjectType, Odb, Oid, Repository};

use crate::change::{Change, FileChange, Said};
use crate::tree::{ReadError, Tree};

use super::diff::diff;

/// Beats every backend that a repository has of its own.
pub(crate) const BEFORE_ALL_OTHERS: i32 = 1_000;

impl Change {
    /// The change between two trees that come from no repository, in tests and in planted violations. Without a
    /// base, everything is added.
    ///
    /// # Panics
    ///
    /// Where a tree cannot be read, which a tree in memory always can.
    pub fn of_trees(base: Option<Tree>, head: Tree) -> Change {
        let files = diff_in_memory(base.as_ref(), &head).expect("trees in memory can be compared");
        let chosen = if base.is_some() { "given" } else { "none" };
        Change {
            base,
            head,
            base_info: BaseInfo { commit: None, chosen: chosen.to_owned() },
            head_commit: None,
            files,
            unstaged: BTreeSet::new(),
            repository: None,
            said: Ok(Said::default()),
        }
    }
}

/// The difference between two trees that are not in a repository.
fn diff_in_memory(base: Option<&Tree>, head: &Tree) -> Result<Vec<FileChange>, git2::Error> {
    let odb = Odb::new()?;
    odb.add_new_mempack_backend(BEFORE_ALL_OTHERS)?;
    let repository = Repository::from_odb(odb)?;
    let base = base.map(|tree| write_tree(&repository, tree)).transpose()?;
    let head = write_tree(&repository, head)?;
    diff(&repository, base, Some(head))
}

fn write_tree(repository: &Repository, tree: &Tree) -> Result<Oid, git2::Error> {
    let files: Vec<(&str, Oid)> = tree
        .paths()
        .map(|path| Ok((path, repository.odb()?.write(ObjectType::Blob, &content(tree, path))?)))
        .collect::<Result<_, git2::Error>>()?;
    write_folder(repository, &files, 0)
}

/// What stands for a file that cannot be read is why it cannot.
fn content(tree: &Tree, path: &str) -> Vec<u8> {
    match tree.read(path) {
        Ok(bytes) => bytes.to_vec(),
        Err(ReadError::TooLarge { bytes, .. }) => format!("{bytes}\0 bytes").into_bytes(),
        Err(error) => format!("{error}\0").into_bytes(),
    }
}

/// Writes the folder whose path has `depth` bytes, from its sorted files.
fn write_folder(repository: &Repository, files: &[(&str, Oid)], depth: usize) -> Result<Oid, git2::Error> {
    let mut builder = repository.treebuilder(None)?;
    let name = |path: &str| path[depth..].split('/').next().unwrap_or_default().len();
    let same_name = |one: &(&str, Oid), other: &(&str, Oid)| {
        one.0[depth..depth + name(one.0)] == other.0[depth..depth + name(other.0)]
    };
    for group in files.chunk_by(same_name) {
        let (path, id) = group[0];
        let end = depth + name(path);
        if end == path.len() {
            builder.insert(&path[depth..], id, FileMode::Blob.into())?;
        } else {
            let folder = write_folder(repository, group, end + 1)?;
            builder.insert(&path[depth..end], folder, FileMode::Tree.into())?;
        }
    }
    builder.write()
}
