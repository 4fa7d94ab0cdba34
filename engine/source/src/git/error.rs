//! Why a change could not be opened, and whose fault that is.

use std::path::PathBuf;

use findings::Exit;

/// Why a change could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The root is no folder.
    #[error("there is no folder `{}`", .0.display())]
    NoRoot(PathBuf),
    /// The given revision names no commit.
    #[error("`{revision}` names no commit here: {reason}")]
    NoRevision {
        /// As it was given.
        revision: String,
        /// What git said.
        reason: String,
    },
    /// In CI, the commit that the event started from is not to be found.
    #[error("found no base for this CI run: {0}; check out with `fetch-depth: 0`, or give `--base REV`")]
    NoBaseInCi(String),
    /// The clone ends before the base.
    #[error(
        "this clone is shallow and ends before {0}; fetch all of it (`fetch-depth: 0`, `git fetch --unshallow`)"
    )]
    Shallow(String),
    /// Head and the default branch have no commit in common.
    #[error("head and `{0}` have no commit in common; give `--base REV` or `--base none`")]
    Unrelated(String),
    /// The root is reached through a link that the judged tree could have changed.
    #[error("`{}` is a link inside the repository; give the folder that it leads to", .0.display())]
    RootBehindLink(PathBuf),
    /// Somebody gave commits other parents than they have, so that the base could come out of the change.
    #[error("`{}` gives commits other parents than they have; take it out", .0.display())]
    Grafts(PathBuf),
    /// There are files in git's store, and no working tree.
    #[error("`{}` has no working tree; where it had one, `git config core.bare false` brings it back", .0.display())]
    NoWorkingTree(PathBuf),
    /// Opening it, or reading it, may take for ever.
    #[error("`{}` is a pipe, a device or far too large, and git waits for it without end", .0.display())]
    Awaited(PathBuf),
    /// Git's store belongs to another user.
    #[error(
        "`{path}` belongs to another user; if that is right, run `git config --global --add safe.directory '{path}'`"
    )]
    Owner {
        /// The repository.
        path: String,
    },
    /// There are more files, or longer paths, than are followed.
    #[error("there are too many files, or paths that are too long, to be listed")]
    TooManyFiles,
    /// Git could not do something.
    #[error("failed to {action}: {reason}")]
    Git {
        /// What was tried.
        action: &'static str,
        /// What git said.
        reason: String,
    },
    /// A folder could not be read.
    #[error("failed to read `{}`: {reason}", .path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
}

impl OpenError {
    /// The exit status that belongs to it: wrong usage where the caller named what is not there, else "could not
    /// run".
    pub fn exit(&self) -> Exit {
        match self {
            OpenError::NoRoot(_) | OpenError::NoRevision { .. } => Exit::Usage,
            _ => Exit::CouldNotRun,
        }
    }

    pub(crate) fn git(action: &'static str) -> impl Fn(git2::Error) -> OpenError {
        move |error| OpenError::Git { action, reason: with_mend(error.message()) }
    }
}

/// Forms of an index that git's library does not read, by the extension that it names, each with what brings back one that it
/// does.
const INDEXES: [(&str, &str); 2] = [
    ("'link'", "git config core.splitIndex false && git update-index --no-split-index"),
    ("'sdir'", "git sparse-checkout reapply --no-sparse-index"),
];

fn with_mend(said: &str) -> String {
    let is_said = |(name, _): &&(&str, &str)| said.contains("mandatory extension") && said.contains(name);
    match INDEXES.iter().find(is_said) {
        Some((_, mend)) => format!("{said}; `{mend}` writes an index without it"),
        None if NO_INDEX.iter().any(|no_index| said.contains(no_index)) => {
            format!("{said}; {BUILT_ANEW} builds the index anew and leaves all files as they are")
        }
        None if said.contains("unknown object format") => {
            format!("{said}; repositories whose objects are named by SHA-1 are read, and so far no others")
        }
        None => said.to_owned(),
    }
}

/// What git's library says of an index that is damaged, also of one that is far too short.
const NO_INDEX: [&str; 2] = ["invalid data in index", "failed to read index"];

/// In a linked worktree it lies elsewhere.
const BUILT_ANEW: &str = "`rm \"$(git rev-parse --git-path index)\" && git reset --quiet`";
