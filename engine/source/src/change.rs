//! A change: what was, what is, and how the two differ.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::Path;

use findings::BaseInfo;

use crate::Tree;

/// A change below a root: the base that it starts from, the head that is judged, and the files that differ.
#[derive(Clone)]
pub struct Change {
    /// What was; `None` in a full audit, without commits and without a repository.
    pub base: Option<Tree>,
    /// What is: usually the working tree, with what is staged, unstaged and untracked.
    pub head: Tree,
    /// Which base, and how it was chosen.
    pub base_info: BaseInfo,
    /// Commit that head stands on, with `-dirty` where the working tree differs from it.
    pub head_commit: Option<String>,
    /// The files below the root that differ, sorted by path.
    pub files: Vec<FileChange>,
    /// Where the working tree differs from git's index, by path from the repository's root. Who looks again, and knows what
    /// was written since, need look nowhere else. Empty where head is no working tree.
    pub unstaged: BTreeSet<String>,
    /// The same two sides from the repository's root; `None` where that is the root itself.
    pub repository: Option<Wider>,
    /// What the commits between base and head say, or why that is not known: a fragment without a full stop.
    pub said: Result<Said, String>,
}

/// What the commits of a change say. Of a full audit, and of what comes from no repository, nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// One a commit, newest first.
    pub messages: Vec<Message>,
    /// How many merges on head's own line bring commits that the base does not have. Two and more are several changes
    /// judged as one: a queue, or the default branch after it.
    pub merges: usize,
}

/// What one commit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The first digits of its id; `None` for what is said of a change that is not committed yet.
    pub commit: Option<String>,
    /// The whole message. What is not UTF-8 in it is replaced.
    pub text: String,
}

/// The change as the whole repository sees it, for what lies outside the root: CI, hooks, code owners.
#[derive(Clone)]
pub struct Wider {
    /// What was.
    pub base: Option<Tree>,
    /// What is.
    pub head: Tree,
    /// All files that differ, sorted by path from the repository's root.
    pub files: Vec<FileChange>,
    /// The root's path from the repository's root, for instance `templates/ranker`.
    pub prefix: String,
}

/// How one file differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Path at head; of a removed file, its path at base.
    pub path: String,
    /// Path at base of a renamed file. Its content may have changed as well.
    pub from: Option<String>,
    /// What became of it.
    pub kind: ChangeKind,
    /// The lines at head that were added or modified, from 1, ascending. Empty where lines were only removed, and
    /// for what has no lines: a binary, a submodule, a file that is too large to be read.
    pub lines: Vec<RangeInclusive<u32>>,
    /// What it was and what it is, where both sides have it and that differs.
    pub modes: Option<(Mode, Mode)>,
}

/// What git knows of a file beside its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file.
    Plain,
    /// A file that can be run.
    Executable,
    /// A link to another.
    Link,
    /// A repository of its own.
    Submodule,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Head has it, base does not.
    Added,
    /// Base has it, head does not.
    Removed,
    /// Both have it, with another content, mode or type.
    Modified,
    /// Head has it under another path.
    Renamed,
}

impl Change {
    /// The top of the checkout in which a root lies that this was opened for, whatever is left of the root.
    pub fn top<'p>(&self, root: &'p Path) -> &'p Path {
        let prefix = self.repository.as_ref().map_or("", |wider| wider.prefix.as_str());
        root.ancestors().nth(Path::new(prefix).components().count()).unwrap_or(root)
    }

    /// Whether the file at this path differs, or came here by a rename.
    pub fn touched(&self, path: &str) -> bool {
        self.file(path).is_some()
    }

    /// How the file at this path differs, if it does.
    pub fn file(&self, path: &str) -> Option<&FileChange> {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(&self.files[at])
    }

    /// Where base has what head has at `head_path`: follows a rename. Base need not have such a file.
    pub fn base_path<'a>(&'a self, head_path: &'a str) -> &'a str {
        self.file(head_path).and_then(|file| file.from.as_deref()).unwrap_or(head_path)
    }
}
