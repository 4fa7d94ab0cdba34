//! A real repository in a temporary folder, for the tests of `open`. Needs no `git` and no user's configuration.

use std::path::{Path, PathBuf};

use gatefold_source::{BaseRequest, Change, FileChange, OpenError, Surroundings, open, open_among};
use git2::{IndexAddOption, Oid, Repository, RepositoryInitOptions, Signature, Time};
use tempfile::TempDir;

/// Long enough for a rename to be seen through an edit.
pub(crate) const LONG: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

pub(crate) struct Repo {
    _holder: TempDir,
    pub(crate) folder: PathBuf,
    pub(crate) git: Repository,
}

impl Repo {
    /// An empty repository on branch `main`.
    pub(crate) fn new() -> Repo {
        Repo::in_folder("repository")
    }

    pub(crate) fn in_folder(name: &str) -> Repo {
        let holder = TempDir::new().unwrap();
        let folder = holder.path().canonicalize().unwrap().join(name);
        let git = Repository::init_opts(&folder, RepositoryInitOptions::new().initial_head("main")).unwrap();
        Repo { _holder: holder, folder, git }
    }

    /// A repository with one commit of these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Repo {
        let repo = Repo::new();
        repo.write_all(files);
        repo.commit("first");
        repo
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn write_all(&self, files: &[(&str, &str)]) {
        for (path, content) in files {
            self.write(path, content);
        }
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap();
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        std::fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// `git add --all`.
    pub(crate) fn stage(&self) {
        let mut index = self.git.index().unwrap();
        index.add_all(["*"], IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
    }

    /// `git add --all && git commit`.
    pub(crate) fn commit(&self, message: &str) -> Oid {
        self.stage();
        let tree = self.git.index().unwrap().write_tree().unwrap();
        let tree = self.git.find_tree(tree).unwrap();
        let who = Signature::new("Ada", "ada@example.org", &Time::new(1_790_000_000, 0)).unwrap();
        let parent = self.git.head().ok().map(|head| head.peel_to_commit().unwrap());
        self.git.commit(Some("HEAD"), &who, &who, message, &tree, &parent.iter().collect::<Vec<_>>()).unwrap()
    }

    pub(crate) fn reference(&self, name: &str, id: Oid) {
        self.git.reference(name, id, true, "test").unwrap();
    }

    /// `git switch --create`.
    pub(crate) fn branch(&self, name: &str) {
        let head = self.git.head().unwrap().peel_to_commit().unwrap();
        self.git.branch(name, &head, false).unwrap();
        self.git.set_head(&format!("refs/heads/{name}")).unwrap();
    }

    pub(crate) fn config(&self, key: &str, value: &str) {
        self.git.config().unwrap().set_str(key, value).unwrap();
    }

    pub(crate) fn open(&self, request: &BaseRequest) -> Result<Change, OpenError> {
        open(&self.folder, request, &Surroundings::default())
    }

    /// Against the first parent or `HEAD`, as the command line has it by default.
    pub(crate) fn change(&self) -> Change {
        self.open(&BaseRequest::Default).unwrap()
    }

    /// The same where it is known that these files alone differ from the index.
    pub(crate) fn change_among(&self, known: impl IntoIterator<Item = impl Into<String>>) -> Change {
        let known = known.into_iter().map(Into::into).collect();
        open_among(&self.folder, &BaseRequest::Default, &Surroundings::default(), Some(&known)).unwrap()
    }
}

/// `kind path < from lines`, one a file.
pub(crate) fn shown(files: &[FileChange]) -> Vec<String> {
    files
        .iter()
        .map(|file| {
            let from = file.from.as_ref().map(|from| format!(" < {from}")).unwrap_or_default();
            let lines: String =
                file.lines.iter().map(|lines| format!(" {}-{}", lines.start(), lines.end())).collect();
            format!("{:?} {}{from}{lines}", file.kind, file.path)
        })
        .collect()
}

pub(crate) fn paths(tree: &gatefold_source::Tree) -> Vec<String> {
    tree.paths().map(str::to_owned).collect()
}

#[cfg(unix)]
pub(crate) fn link(target: impl AsRef<Path>, link: impl AsRef<Path>) {
    std::os::unix::fs::symlink(target, link).unwrap();
}
