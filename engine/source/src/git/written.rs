//! Who wrote what head has beyond the base: authors, committers and co-authors of each commit, and what it touches.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{Commit, Diff, DiffFindOptions, ObjectType, Oid, Repository, Sort, Tree};

use super::{Found, OpenError, real_folder};
use crate::change::Change;
use crate::tree::ReadError;

/// The most commits that are looked at.
const MAX_COMMITS: usize = 1_000;

/// A commit between base and head, or the working tree in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The first digits of the commit's id; `None` for what is not committed yet.
    pub commit: Option<String>,
    /// Everyone who is named as having made it.
    pub people: Vec<Person>,
    /// The paths that it touches, from the repository's root: where a file was, and where it is.
    pub paths: Vec<(String, String)>,
}

/// A name that a commit gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As git has it; empty where there is none.
    pub name: String,
    /// As git has it; empty where there is none.
    pub email: String,
    /// As what the commit names them.
    pub role: Role,
}

/// As what a commit names somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who wrote it. Of the working tree, whom git's configuration names.
    Author,
    /// Who put it where it is.
    Committer,
    /// Whom a `Co-authored-by` line names.
    CoAuthor,
}

/// Every commit of head that the base does not have, newest first, behind what is not committed yet. A merge touches
/// what it has otherwise than each of its parents. Names are taken from the commits as they stand: no `.mailmap`.
pub fn written(root: &Path, change: &Change) -> Result<Vec<Written>, OpenError> {
    let Some(found) = Found::around(&real_folder(root)?)? else { return Ok(Vec::new()) };
    let Some(head) = &change.head_commit else { return Ok(Vec::new()) };
    let id = head.strip_suffix("-dirty");
    let look = || -> Result<Vec<Written>, git2::Error> {
        let commit = found.repository.find_commit(Oid::from_str(id.unwrap_or(head))?)?;
        let mut all = Vec::new();
        if id.is_some() {
            all.push(uncommitted(&found.repository, change, &commit)?);
        }
        let mut walk = found.repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL)?;
        walk.push(commit.id())?;
        if let Some(base) = &change.base_info.commit {
            walk.hide(Oid::from_str(base)?)?;
        }
        for (count, id) in walk.enumerate() {
            if count == MAX_COMMITS {
                let message = format!("there are more than {MAX_COMMITS} commits behind the base");
                return Err(git2::Error::from_str(&message));
            }
            all.push(of_commit(&found.repository, &found.repository.find_commit(id?)?)?);
        }
        Ok(all)
    };
    look().map_err(OpenError::git("read who wrote the change"))
}

fn of_commit(repository: &Repository, commit: &Commit<'_>) -> Result<Written, git2::Error> {
    let person = |who: git2::Signature<'_>, role| Person {
        name: String::from_utf8_lossy(who.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(who.email_bytes()).into_owned(),
        role,
    };
    let mut people = vec![person(commit.author(), Role::Author), person(commit.committer(), Role::Committer)];
    people.extend(co_authors(&String::from_utf8_lossy(commit.message_bytes())));
    let paths = paths_of(repository, commit)?;
    let id: String = commit.id().to_string().chars().take(12).collect();
    Ok(Written { commit: Some(id), people, paths })
}

/// What a commit touches: where a file was, and where it is. Of a merge, what it has otherwise than each of its parents.
pub(super) fn paths_of(
    repository: &Repository,
    commit: &Commit<'_>,
) -> Result<Vec<(String, String)>, git2::Error> {
    let tree = commit.tree()?;
    let mut paths: Option<Vec<(String, String)>> = None;
    for at in 0..commit.parent_count().max(1) {
        let parent = commit.parent(at).ok().map(|parent| parent.tree()).transpose()?;
        if parent.is_none() && commit.parent_count() > 0 {
            return Err(git2::Error::from_str("the clone is shallow and ends within the change"));
        }
        let mut diff = repository.diff_tree_to_tree(parent.as_ref(), Some(&tree), None)?;
        diff.find_similar(Some(DiffFindOptions::new().renames(true)))?;
        let touched = touched(&diff);
        paths = Some(match paths {
            None => touched,
            Some(before) => {
                let now: BTreeSet<&String> = touched.iter().map(|(_, path)| path).collect();
                before.into_iter().filter(|(_, path)| now.contains(path)).collect()
            }
        });
    }
    Ok(paths.unwrap_or_default())
}

fn touched(diff: &Diff<'_>) -> Vec<(String, String)> {
    let path = |file: git2::DiffFile<'_>| {
        file.path_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    };
    diff.deltas().map(|delta| (path(delta.old_file()), path(delta.new_file()))).collect()
}

/// What the working tree has otherwise than its commit, and whom git's configuration names, if anybody.
fn uncommitted(
    repository: &Repository,
    change: &Change,
    commit: &Commit<'_>,
) -> Result<Written, git2::Error> {
    let paths = differing(change, &commit.tree()?).into_iter().map(|path| (path.clone(), path)).collect();
    let config = repository.config()?;
    let said = |key: &str| config.get_string(key).unwrap_or_default();
    let who = Person { name: said("user.name"), email: said("user.email"), role: Role::Author };
    let is_known = !who.name.is_empty() || !who.email.is_empty();
    Ok(Written { commit: None, people: is_known.then_some(who).into_iter().collect(), paths })
}

/// The paths of a change that the working tree has otherwise than a commit's tree.
pub(super) fn differing(change: &Change, tree: &Tree<'_>) -> Vec<String> {
    let (files, head) = match &change.repository {
        Some(wider) => (&wider.files, &wider.head),
        None => (&change.files, &change.head),
    };
    let differs = |path: &&String| !is_as_in(head, tree, path);
    let paths = files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.from));
    paths.filter(differs).cloned().collect()
}

/// Whether a file stands as a commit's tree has it; what cannot be read does not.
pub(super) fn is_as_in(head: &crate::Tree, tree: &Tree<'_>, path: &str) -> bool {
    let entry = tree.get_path(Path::new(path)).ok().map(|entry| entry.id());
    match head.read(path) {
        Ok(bytes) => entry.is_some() && Oid::hash_object(ObjectType::Blob, &bytes).ok() == entry,
        Err(ReadError::Missing(_)) => entry.is_none(),
        Err(_) => false,
    }
}

/// `Co-authored-by: Name <mail>`, wherever the line stands.
pub(super) fn co_authors(message: &str) -> Vec<Person> {
    const KEY: &str = "co-authored-by:";
    let named = message.lines().filter_map(|line| {
        let line = line.trim_start();
        line.get(..KEY.len()).filter(|key| key.eq_ignore_ascii_case(KEY)).map(|key| line[key.len()..].trim())
    });
    let person = |text: &str| {
        let (name, rest) = text.split_once('<').unwrap_or((text, ""));
        let email = rest.split('>').next().unwrap_or_default().trim();
        Person { name: name.trim().to_owned(), email: email.to_owned(), role: Role::CoAuthor }
    };
    named.map(person).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn co_authors_are_read_however_they_are_written() {
        let message = "more\n\nCo-authored-by: Ann <ann@example.org>\nCO-AUTHORED-BY:Bob\n\nno: Co-authored-by\nCo-authored-bü: x";
        let read: Vec<_> =
            co_authors(message).into_iter().map(|person| (person.name, person.email)).collect();
        let expected = [("Ann", "ann@example.org"), ("Bob", "")];
        assert_eq!(read, expected.map(|(name, email)| (name.to_owned(), email.to_owned())));
    }
}
