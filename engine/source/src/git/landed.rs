//! What landed on a branch between two commits: one entry a commit of its own line, newest first.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use git2::{Commit, Delta, DiffOptions, Oid, Sort};

use super::base::commit;
use super::written::co_authors;
use super::{Found, OpenError, Person, Role, real_folder};
use crate::change::ChangeKind;
use crate::tree::MAX_FILE_BYTES;

/// The most commits behind a range that are asked who wrote them.
const MAX_BROUGHT: usize = 100_000;

/// Bytes of a message that are read.
const MAX_MESSAGE: usize = 1 << 20;

/// Two commits, and the line from one to the other.
pub struct Range {
    found: Found,
    /// The id of the commit that the range begins behind.
    pub base: String,
    /// The id of the commit that the range ends with.
    pub head: String,
}

/// One commit of the line of first parents: a merge, or what was squashed or committed to the branch itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// Its id.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// Who made it: of a merge, who merged.
    pub author: Person,
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// Whether it has several parents.
    pub is_merge: bool,
    /// How many commits a merge brings, itself left out; `None` where there are too many to tell.
    pub brings: Option<usize>,
    /// Who wrote those, where it is somebody else; by name.
    pub wrote: Vec<Person>,
    /// Whom `Co-authored-by` lines of it or of what it brings name; by name.
    pub co_authors: Vec<Person>,
    /// How many files of the root differ from its first parent.
    pub files: usize,
    /// Those of them that were asked about, by path from the root, sorted.
    pub asked: Vec<(String, ChangeKind)>,
}

impl Range {
    /// Opens a range. Of the base only what it has itself counts: what head has beyond it is the range.
    ///
    /// # Errors
    /// If there is no repository, or a revision names no commit.
    pub fn open(root: &Path, base: &str, head: &str) -> Result<Range, OpenError> {
        let none = || OpenError::NoRevision {
            revision: head.to_owned(),
            reason: "there is no repository".to_owned(),
        };
        let found = Found::around(&real_folder(root)?)?.ok_or_else(none)?;
        found.refuse_links(root)?;
        let id = |revision: &str| commit(&found.repository, revision).map(|commit| commit.id().to_string());
        let (base, head) = (id(base)?, id(head)?);
        Ok(Range { found, base, head })
    }

    /// The commits of head's own line (first parents) that the base does not have, newest first, and whether there are
    /// more than `limit`. Of the files that differ those are named that `asks` says yes to. A commit of which nothing
    /// differs below the root is there, too.
    pub fn landings(
        &self,
        limit: usize,
        asks: &dyn Fn(&str) -> bool,
    ) -> Result<(Vec<Landing>, bool), OpenError> {
        let read = || {
            let repository = &self.found.repository;
            let mut walk = repository.revwalk()?;
            walk.simplify_first_parent()?;
            walk.push(Oid::from_str(&self.head)?)?;
            walk.hide(Oid::from_str(&self.base)?)?;
            let line: Vec<Oid> = walk.take(limit + 1).collect::<Result<_, _>>()?;
            let brought = self.brought(&line)?;
            let mut landings = Vec::new();
            for id in line.iter().take(limit) {
                let commit = repository.find_commit(*id)?;
                let of_merge = brought.as_ref().map(|brought| brought.get(id).map_or(&[][..], Vec::as_slice));
                landings.push(self.landing(&commit, of_merge, asks)?);
            }
            Ok((landings, line.len() > limit))
        };
        read().map_err(OpenError::git("read what landed"))
    }

    /// The text that a file has in a commit, or in its first parent; `None` where it has none that can be read.
    pub fn text(&self, commit: &str, path: &str, is_before: bool) -> Option<String> {
        let mut commit = self.found.repository.find_commit(Oid::from_str(commit).ok()?).ok()?;
        if is_before {
            commit = commit.parent(0).ok()?;
        }
        let entry = commit.tree().ok()?.get_path(Path::new(&self.below(path))).ok()?;
        let (size, _) = self.found.repository.odb().ok()?.read_header(entry.id()).ok()?;
        if size as u64 > MAX_FILE_BYTES {
            return None;
        }
        let blob = self.found.repository.find_blob(entry.id()).ok()?;
        String::from_utf8(blob.content().to_vec()).ok()
    }

    fn below(&self, path: &str) -> String {
        if self.found.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.found.prefix) }
    }

    /// What each merge of the line brings: every commit with the oldest merge that has it. `None` where there are too
    /// many.
    fn brought(&self, line: &[Oid]) -> Result<Option<HashMap<Oid, Vec<Oid>>>, git2::Error> {
        let repository = &self.found.repository;
        let mut walk = repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL)?;
        walk.push(Oid::from_str(&self.head)?)?;
        walk.hide(Oid::from_str(&self.base)?)?;
        let mut parents: HashMap<Oid, Vec<Oid>> = HashMap::new();
        for id in walk {
            let id = id?;
            if parents.len() == MAX_BROUGHT {
                return Ok(None);
            }
            parents.insert(id, repository.find_commit(id)?.parent_ids().collect());
        }
        let mut seen: HashSet<Oid> = line.iter().copied().collect();
        let mut brought: HashMap<Oid, Vec<Oid>> = HashMap::new();
        for landing in line.iter().rev() {
            let of_merge = parents.get(landing).into_iter().flatten();
            let mut waiting: Vec<Oid> = of_merge.skip(1).copied().collect();
            while let Some(id) = waiting.pop() {
                let Some(above) = parents.get(&id) else { continue };
                if seen.insert(id) {
                    brought.entry(*landing).or_default().push(id);
                    waiting.extend(above);
                }
            }
        }
        Ok(Some(brought))
    }

    fn landing(
        &self,
        commit: &Commit<'_>,
        brought: Option<&[Oid]>,
        asks: &dyn Fn(&str) -> bool,
    ) -> Result<Landing, git2::Error> {
        let repository = &self.found.repository;
        let author = author(commit);
        let (mut wrote, mut co_authors) = (Vec::new(), co_authors_of(commit));
        for id in brought.unwrap_or_default() {
            let commit = repository.find_commit(*id)?;
            wrote.push(self::author(&commit));
            co_authors.extend(co_authors_of(&commit));
        }
        wrote.retain(|person| *person != author);
        let (files, asked) = self.files(commit, asks)?;
        Ok(Landing {
            commit: commit.id().to_string(),
            subject: first_line(commit),
            time: commit.time().seconds(),
            is_merge: commit.parent_count() > 1,
            brings: brought.map(<[Oid]>::len),
            wrote: each_once(wrote),
            co_authors: each_once(co_authors),
            author,
            files,
            asked,
        })
    }

    fn files(
        &self,
        commit: &Commit<'_>,
        asks: &dyn Fn(&str) -> bool,
    ) -> Result<(usize, Vec<(String, ChangeKind)>), git2::Error> {
        let repository = &self.found.repository;
        let parent = commit.parent(0).ok();
        if parent.is_none() && commit.parent_count() > 0 {
            return Err(git2::Error::from_str("the clone is shallow and ends within the range"));
        }
        let before = parent.map(|parent| parent.tree()).transpose()?;
        let mut options = DiffOptions::new();
        options.skip_binary_check(true).ignore_submodules(false);
        let below = self.below("");
        if !below.is_empty() {
            options.disable_pathspec_match(true).pathspec(below.trim_end_matches('/'));
        }
        let diff =
            repository.diff_tree_to_tree(before.as_ref(), Some(&commit.tree()?), Some(&mut options))?;
        let mut asked = Vec::new();
        for delta in diff.deltas() {
            let (kind, file) = match delta.status() {
                Delta::Added => (ChangeKind::Added, delta.new_file()),
                Delta::Deleted => (ChangeKind::Removed, delta.old_file()),
                _ => (ChangeKind::Modified, delta.new_file()),
            };
            let path = file.path_bytes().and_then(|path| std::str::from_utf8(path).ok());
            if let Some(path) = path.and_then(|path| path.strip_prefix(&below)).filter(|path| asks(path)) {
                asked.push((path.to_owned(), kind));
            }
        }
        asked.sort();
        Ok((diff.deltas().len(), asked))
    }
}

fn author(commit: &Commit<'_>) -> Person {
    let author = commit.author();
    Person {
        name: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(author.email_bytes()).into_owned(),
        role: Role::Author,
    }
}

fn message<'c>(commit: &'c Commit<'_>) -> std::borrow::Cow<'c, str> {
    let bytes = commit.message_bytes();
    String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_MESSAGE)])
}

fn co_authors_of(commit: &Commit<'_>) -> Vec<Person> {
    co_authors(&message(commit))
}

fn first_line(commit: &Commit<'_>) -> String {
    let message = message(commit);
    message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned()
}

/// Everybody once, by name.
fn each_once(mut people: Vec<Person>) -> Vec<Person> {
    people.sort_by(|one, other| (&one.name, &one.email).cmp(&(&other.name, &other.email)));
    people.dedup_by(|one, other| (&one.name, &one.email) == (&other.name, &other.email));
    people
}
