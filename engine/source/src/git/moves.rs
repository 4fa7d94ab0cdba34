//! What git's logs of references tell of commits: which were made here, and which came from elsewhere.
//!
//! Of the logs only the ends are read. Who may write the git folder can write anything into them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use git2::{ObjectType, Oid, Repository};
use walkdir::WalkDir;

use super::clones;
use super::itself::Itself;

/// Bytes at the end of one log that are read.
const MAX_BYTES: u64 = 256 * 1024;

/// The most logs of branches that are read.
const MAX_LOGS: usize = 2_000;

/// A line of a log: a reference moved.
struct Move {
    from: Option<Oid>,
    to: Oid,
    /// When, in seconds since 1970.
    when: u64,
    /// What did it, for instance `commit (amend)` or `pull origin main`.
    action: String,
    /// What is said about it, for instance the commit's first line.
    said: String,
}

/// Commits by where they come from.
#[derive(Default)]
pub(super) struct Moves {
    /// Made in a working tree of this repository.
    pub(super) made: HashSet<Oid>,
    /// Tips that were fetched.
    pub(super) fetched: HashSet<Oid>,
    /// Those of them that no branch of a remote need lead to.
    pub(super) aside: Vec<Oid>,
}

impl Moves {
    /// Reads the logs of every worktree's HEAD and of every branch, and what was fetched last. What was made in a clone that
    /// came since a moment was made here.
    pub(super) fn of(repository: &Repository, since: Option<SystemTime>) -> Moves {
        let mut moves = Moves::default();
        let mut sources = BTreeSet::new();
        let itself = Itself::of(repository);
        let shared = repository.commondir();
        let git_folders = git_folders(shared);
        for log in logs_of_made(shared, &git_folders) {
            for line in read(&log) {
                sources.extend(line.sources().map(str::to_owned));
                if line.is_fetched(&itself) {
                    moves.aside.push(line.to);
                } else if !line.arrives() {
                    moves.made.insert(line.to);
                }
            }
        }
        let remotes = shared.join("logs/refs/remotes");
        let mut pushed: HashMap<Oid, u64> = HashMap::new();
        for log in logs_below(&remotes).filter(|log| !itself.has_log(&remotes, log)) {
            for line in read(&log) {
                sources.extend(line.sources().map(str::to_owned));
                if line.is_of_remote(&itself) {
                    moves.fetched.insert(line.to);
                } else if line.action == PUSHED {
                    pushed.entry(line.to).or_insert(line.when);
                }
            }
        }
        for folder in git_folders {
            let (last, from) = fetched_last(&folder.join("FETCH_HEAD"), &itself, &pushed);
            sources.extend(from);
            let commits = last.into_iter().filter_map(|id| {
                let object = repository.find_object(id, None).ok()?;
                Some(object.peel(ObjectType::Commit).ok()?.id())
            });
            moves.aside.extend(commits);
        }
        moves.fetched.extend(&moves.aside);
        if let Some(since) = since {
            moves.made.extend(clones::made(repository, &sources, since));
        }
        moves
    }
}

/// The folder that worktrees share, and that of each.
fn git_folders(shared: &Path) -> Vec<PathBuf> {
    let worktrees = std::fs::read_dir(shared.join("worktrees")).into_iter().flatten().flatten();
    std::iter::once(shared.to_owned()).chain(worktrees.map(|entry| entry.path())).collect()
}

/// The logs that tell of what was made: of every HEAD and of every branch.
fn logs_of_made(shared: &Path, git_folders: &[PathBuf]) -> Vec<PathBuf> {
    let heads = git_folders.iter().map(|folder| folder.join("logs/HEAD"));
    heads.chain(logs_below(&shared.join("logs/refs/heads"))).collect()
}

/// The commits that were made in the working trees of a repository, by the folder that these share.
pub(super) fn made_in(shared: &Path) -> Vec<Oid> {
    let itself = Itself::default();
    let logs = logs_of_made(shared, &git_folders(shared));
    let lines = logs.iter().flat_map(|log| read(log));
    lines.filter(|line| !line.is_fetched(&itself) && !line.arrives()).map(|line| line.to).collect()
}

/// What a remote's branch is logged to be by a push.
const PUSHED: &str = "update by push";

/// What was fetched last, but for what had been pushed from here before, since that only came back; and whence.
fn fetched_last(file: &Path, itself: &Itself, pushed: &HashMap<Oid, u64>) -> (Vec<Oid>, Vec<String>) {
    let written = file.metadata().and_then(|found| found.modified()).ok();
    let written =
        written.and_then(|at| Some(at.duration_since(UNIX_EPOCH).ok()?.as_secs())).unwrap_or(u64::MAX);
    let text = end_of(file, 0);
    let source = |line: &str| {
        let said = line.rsplit('\t').next().unwrap_or_default();
        said.rsplit(" of ").next().unwrap_or_default().to_owned()
    };
    let from_others: Vec<&str> = text.lines().filter(|line| !itself.is(&source(line))).collect();
    let ids = from_others.iter().filter_map(|line| Oid::from_str(line.split('\t').next()?).ok());
    let ids = ids.filter(|id| pushed.get(id).is_none_or(|when| *when > written)).collect();
    (ids, from_others.into_iter().map(source).collect())
}

/// Whether what last brought a reference to a commit was a fetch from elsewhere, as its log has it.
pub(super) fn came_from_outside(repository: &Repository, reference: &str, tip: Oid) -> bool {
    let log = read(&repository.commondir().join("logs").join(reference));
    let is_of_remote = reference.starts_with("refs/remotes/");
    let itself = Itself::of(repository);
    log.last().is_some_and(|last| {
        let is_fetched = if is_of_remote { last.is_of_remote(&itself) } else { last.is_fetched(&itself) };
        last.to == tip && is_fetched && !last.names_a_path()
    })
}

/// The log of a working tree's HEAD.
pub(super) fn log_of_head(repository: &Repository) -> PathBuf {
    repository.path().join("logs/HEAD")
}

/// The commits between which HEAD moved, newest first, as its log has it behind so many bytes.
pub(super) fn stood_on(repository: &Repository, behind: u64, most: usize) -> Vec<Oid> {
    let log = read_behind(&log_of_head(repository), behind);
    let mut found: Vec<Oid> = Vec::new();
    for id in log.iter().rev().flat_map(|line| std::iter::once(line.to).chain(line.from)) {
        if found.len() < most && !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

impl Move {
    /// Whether a branch got what a remote has, without a merge.
    fn is_fetched(&self, itself: &Itself) -> bool {
        let comes = self.action.starts_with("fetch")
            || self.action.starts_with("pull") && self.said == "Fast-forward";
        comes && !self.is_within(itself)
    }

    /// Whether a reference got what the remote that it stands for has.
    fn is_of_remote(&self, itself: &Itself) -> bool {
        let of_remote = ["fetch", "pull", "clone", "initial"];
        of_remote.iter().any(|word| self.action.starts_with(word)) && !self.is_within(itself)
    }

    /// What may be the address that something was fetched from.
    fn sources(&self) -> impl Iterator<Item = &str> {
        let fetches = self.action.starts_with("fetch") || self.action.starts_with("pull");
        self.action.split(' ').skip(1).filter(move |word| fetches && !word.starts_with('-'))
    }

    /// Whether it was fetched from this repository itself.
    fn is_within(&self, itself: &Itself) -> bool {
        self.action.split(' ').any(|word| itself.is(word))
    }

    /// Whether it was fetched from what may be another name of this repository.
    fn names_a_path(&self) -> bool {
        let is_path = |word: &str| ["/", ".", "~", "file:"].iter().any(|begin| word.starts_with(begin));
        self.action.split(' ').any(is_path)
    }

    /// Whether a reference went to a commit that was there already. What is not known is no arrival.
    fn arrives(&self) -> bool {
        const ACTIONS: [&str; 8] =
            ["", "Branch", "branch", "checkout", "clone", "push", "reset", "update by push"];
        let steps = ["(start)", "(finish)", "(abort)"];
        ACTIONS.contains(&self.action.as_str())
            || self.action.starts_with("fetch")
            || steps.iter().any(|step| self.action.ends_with(step))
            || self.action.starts_with("merge") && self.said == "Fast-forward"
            || self.action.starts_with("cherry-pick") && self.said == "fast-forward"
    }
}

fn logs_below(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = WalkDir::new(folder).into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).take(MAX_LOGS)
}

/// The moves in a log, oldest first.
fn read(log: &Path) -> Vec<Move> {
    read_behind(log, 0)
}

/// The moves in a log behind so many bytes. A line that cannot be read is passed over.
fn read_behind(log: &Path, start: u64) -> Vec<Move> {
    end_of(log, start).lines().filter_map(parsed).collect()
}

/// `OLD NEW NAME <MAIL> SECONDS ZONE\tACTION: TEXT`
fn parsed(line: &str) -> Option<Move> {
    let (ids, why) = line.split_once('\t').unwrap_or((line, ""));
    let when = ids.rsplit(' ').nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    let mut ids = ids.split(' ');
    let from = Oid::from_str(ids.next()?).ok()?;
    let to = Oid::from_str(ids.next()?).ok()?;
    let (action, said) = why.split_once(": ").unwrap_or((why, ""));
    let from = (!from.is_zero()).then_some(from);
    (!to.is_zero()).then(|| Move { from, to, when, action: action.to_owned(), said: said.to_owned() })
}

/// The end of a file, from no earlier than `start`; nothing where it cannot be read.
fn end_of(file: &Path, start: u64) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        if !file.metadata()?.is_file() {
            return Ok(Vec::new());
        }
        let mut file = File::open(file)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(MAX_BYTES).max(start)))?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_whether_a_commit_was_made_fetched_or_gone_to() {
        let check = |why: &str, expected: &str| {
            let (old, new) = ("1".repeat(40), "2".repeat(40));
            let line = parsed(&format!("{old} {new} A B <a@b> 1795238400 +0000\t{why}")).expect("a move");
            let found = match (line.is_fetched(&Itself::default()), line.arrives()) {
                (true, _) => "fetched",
                (false, true) => "gone to",
                (false, false) => "made",
            };
            assert_eq!(found, expected, "{why}");
        };
        for why in [
            "commit: Fast-forward",
            "commit (amend): x",
            "commit (merge): Merge branch 'a'",
            "rebase (pick): x",
            "rebase (continue): x",
            "pull --rebase (pick): x",
            "pull: Merge made by the 'ort' strategy.",
            "merge main: Merge made by the 'ort' strategy.",
            "cherry-pick: x",
            "am: x",
            "something new: x",
        ] {
            check(why, "made");
        }
        for why in [
            "fetch origin refs/pull/1/head:x: storing head",
            "pull: Fast-forward",
            "pull origin main: Fast-forward",
        ] {
            check(why, "fetched");
        }
        for why in [
            "",
            "checkout: moving from a to b",
            "reset: moving to HEAD~1",
            "rebase (start): checkout main",
            "rebase (finish): returning to refs/heads/a",
            "merge main: Fast-forward",
            "cherry-pick: fast-forward",
            "branch: Created from origin/a",
            "push",
            "fetch -q . work:main: fast-forward",
        ] {
            check(why, "gone to");
        }
        assert!(parsed("garbage").is_none() && parsed("").is_none());
    }
}
