//! A repository made from files of one's own, to judge changes that nobody made: planted faults, tests.

use std::path::{Path, PathBuf};

use git2::{IndexAddOption, Repository, RepositoryInitOptions, Signature, Time};

/// A scratch repository could not be made or written to.
#[derive(Debug, thiserror::Error)]
#[error("failed to {doing} in the repository `{}`: {reason}", path.display())]
pub struct ScratchError {
    doing: &'static str,
    path: PathBuf,
    reason: git2::Error,
}

/// A repository in a folder of the caller's. What its commits hold does not depend on whose machine it is: who,
/// when and how files are stored is fixed.
pub struct Scratch {
    repository: Repository,
    folder: PathBuf,
}

impl Scratch {
    /// Makes an empty repository on branch `main`. The folder may hold files already.
    pub fn create(folder: &Path) -> Result<Scratch, ScratchError> {
        let failed = |reason| ScratchError { doing: "begin", path: folder.to_owned(), reason };
        let mut options = RepositoryInitOptions::new();
        options.external_template(false).no_reinit(true).initial_head("main");
        let repository = Repository::init_opts(folder, &options).map_err(failed)?;
        let mut config = repository.config().map_err(failed)?;
        config.set_bool("core.autocrlf", false).map_err(failed)?;
        config.set_str("core.excludesFile", "").map_err(failed)?;
        drop(config);
        Ok(Scratch { repository, folder: folder.to_owned() })
    }

    /// Commits what lies in the folder and is not ignored to a branch, which becomes the current one. `parent` is the
    /// id of the commit before; a branch that exists already is moved. Gives back the id.
    pub fn commit(&self, branch: &str, parent: Option<&str>, message: &str) -> Result<String, ScratchError> {
        self.write_commit(branch, parent, message).map_err(|reason| ScratchError {
            doing: "commit",
            path: self.folder.clone(),
            reason,
        })
    }

    fn write_commit(&self, branch: &str, parent: Option<&str>, message: &str) -> Result<String, git2::Error> {
        let mut index = self.repository.index()?;
        index.add_all(["*"], IndexAddOption::DEFAULT, None)?;
        index.update_all(["*"], None)?;
        index.write()?;
        let tree = self.repository.find_tree(index.write_tree()?)?;
        let who = Signature::new("Gatefold", "gatefold@localhost", &Time::new(WRITTEN, 0))?;
        let parent = parent.map(|id| self.repository.find_commit(git2::Oid::from_str(id)?)).transpose()?;
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let id = self.repository.commit(None, &who, &who, message, &tree, &parents)?;
        let reference = format!("refs/heads/{branch}");
        self.repository.reference(&reference, id, true, message)?;
        self.repository.set_head(&reference)?;
        Ok(id.to_string())
    }
}

/// When every commit was written, in seconds since 1970.
const WRITTEN: i64 = 1_790_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BaseRequest, Surroundings, open};

    #[test]
    fn a_branch_with_a_fault_is_a_change_against_its_parent() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.rs");
        std::fs::write(&file, "fn a() {}\n").unwrap();
        let scratch = Scratch::create(folder.path()).unwrap();
        let base = scratch.commit("main", None, "base").unwrap();
        std::fs::write(&file, "fn b() {}\n").unwrap();
        let head = scratch.commit("fault", Some(&base), "fault").unwrap();
        let request = BaseRequest::Revision(base.clone());
        let change = open(folder.path(), &request, &Surroundings::default()).unwrap();
        assert_eq!((change.base_info.commit, change.head_commit), (Some(base), Some(head)));
        assert_eq!(change.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a.rs"]);
    }

    #[test]
    fn what_is_ignored_is_not_committed_and_a_repository_is_not_begun_twice() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".gitignore"), "/target/\n").unwrap();
        std::fs::create_dir(folder.path().join("target")).unwrap();
        std::fs::write(folder.path().join("target/a"), "").unwrap();
        let scratch = Scratch::create(folder.path()).unwrap();
        scratch.commit("main", None, "base").unwrap();
        let change = open(folder.path(), &BaseRequest::None, &Surroundings::default()).unwrap();
        assert_eq!(change.head.paths().collect::<Vec<_>>(), [".gitignore"]);
        assert!(change.head_commit.is_some_and(|commit| !commit.ends_with("-dirty")));
        assert!(Scratch::create(folder.path()).is_err());
    }
}
