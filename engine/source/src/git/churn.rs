//! How often files changed of late.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{DiffOptions, Oid, Repository, Sort};

use super::{Found, OpenError, real_folder};
use crate::change::Change;

/// The most commits that are looked at.
const MAX_COMMITS: usize = 2_000;

/// How often files changed before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Churn {
    /// Commits that touch a file, by its path from the root; those that none touches are left out. Merges count for what
    /// they bring, once.
    pub commits: BTreeMap<String, usize>,
    /// How many commits were looked at.
    pub looked_at: usize,
    /// Whether there would have been more, or the clone ends before.
    pub cut: bool,
}

/// How many commits before the change touch each of these files, by their paths from the root, since a moment in seconds
/// since 1970. Without a base, before head. Nothing where there is no repository.
pub fn churn(root: &Path, change: &Change, since: i64, paths: &[&str]) -> Result<Churn, OpenError> {
    let Some(found) = Found::around(&real_folder(root)?)? else { return Ok(Churn::default()) };
    let head = change.head_commit.as_deref().map(|head| head.strip_suffix("-dirty").unwrap_or(head));
    let Some(from) = change.base_info.commit.as_deref().or(head) else { return Ok(Churn::default()) };
    let walk = || walk(&found.repository, &found.prefix, from, since, paths);
    walk().map_err(OpenError::git("read the history of the base"))
}

fn walk(
    repository: &Repository,
    prefix: &str,
    from: &str,
    since: i64,
    paths: &[&str],
) -> Result<Churn, git2::Error> {
    let mut options = DiffOptions::new();
    options.disable_pathspec_match(true).skip_binary_check(true);
    let below = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    for path in paths {
        options.pathspec(format!("{below}{path}"));
    }
    let mut churn = Churn::default();
    if paths.is_empty() {
        return Ok(churn);
    }
    let mut walk = repository.revwalk()?;
    walk.set_sorting(Sort::TIME)?;
    walk.push(Oid::from_str(from)?)?;
    for id in walk {
        // In a shallow clone, a parent may not be there.
        let Ok(commit) = repository.find_commit(id?) else {
            churn.cut = true;
            break;
        };
        if commit.time().seconds() < since {
            break;
        }
        if churn.looked_at == MAX_COMMITS {
            churn.cut = true;
            break;
        }
        churn.looked_at += 1;
        let parent = match commit.parent_count() {
            0 => None,
            1 => Some(commit.parent(0)),
            // What a merge brings has its own commits.
            _ => continue,
        };
        let parent = match parent.transpose() {
            Ok(parent) => parent.map(|parent| parent.tree()).transpose()?,
            Err(_) => {
                churn.cut = true;
                break;
            }
        };
        let diff =
            repository.diff_tree_to_tree(parent.as_ref(), Some(&commit.tree()?), Some(&mut options))?;
        for delta in diff.deltas() {
            let path = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes());
            let path = path.and_then(|path| std::str::from_utf8(path).ok());
            if let Some(path) = path.and_then(|path| path.strip_prefix(&below)) {
                *churn.commits.entry(path.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(churn)
}
