//! What the commits between base and head say: their messages, and whether they are one change or several.

use std::collections::HashMap;

use git2::{Commit, Oid, Repository, Sort};

use super::base::is_cut_off;
use crate::change::{Message, Said};

/// The most commits that are looked at.
const MAX_COMMITS: usize = 1_000;

/// The longest message that is read, in bytes.
const MAX_MESSAGE: usize = 1 << 20;

/// The messages of every commit of head that the base does not have, newest first. An error says why they are not
/// known: it ends no verdict, since a message only ever adds to what is asked of a change.
pub(super) fn said(
    repository: &Repository,
    base: Option<&Commit<'_>>,
    head: Option<&Commit<'_>>,
) -> Result<Said, String> {
    let (Some(base), Some(head)) = (base, head) else { return Ok(Said::default()) };
    let read = || -> Result<Result<Said, String>, git2::Error> {
        let mut walk = repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL)?;
        walk.push(head.id())?;
        walk.hide(base.id())?;
        let mut messages = Vec::new();
        let mut parents: HashMap<Oid, Vec<Oid>> = HashMap::new();
        for id in walk {
            let commit = repository.find_commit(id?)?;
            let short: String = commit.id().to_string().chars().take(12).collect();
            if messages.len() == MAX_COMMITS {
                return Ok(Err(format!("there are more than {MAX_COMMITS} commits behind the base")));
            }
            if is_cut_off(repository, &commit) {
                return Ok(Err("the clone is shallow and ends within the change".to_owned()));
            }
            let bytes = commit.message_bytes();
            if bytes.len() > MAX_MESSAGE {
                return Ok(Err(format!("the message of `{short}` is longer than {MAX_MESSAGE} bytes")));
            }
            parents.insert(commit.id(), commit.parent_ids().collect());
            messages.push(Message { commit: Some(short), text: String::from_utf8_lossy(bytes).into_owned() });
        }
        Ok(Ok(Said { messages, merges: merges(&parents, head.id()) }))
    };
    read().unwrap_or_else(|error| Err(error.message().to_owned()))
}

/// How many merges on head's own line (first parents) bring commits that the base does not have.
fn merges(parents: &HashMap<Oid, Vec<Oid>>, head: Oid) -> usize {
    let mut next = parents.get(&head);
    let mut merges = 0;
    while let Some(of_commit) = next {
        merges += usize::from(of_commit.iter().skip(1).any(|parent| parents.contains_key(parent)));
        next = of_commit.first().and_then(|first| parents.get(first));
    }
    merges
}
