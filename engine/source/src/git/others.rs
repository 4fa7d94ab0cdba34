//! Commits of others that a change rests on: a branch that is checked out, or merged, and gone on with.

use std::collections::HashSet;
use std::path::Path;

use git2::{Commit, Oid};

use super::OpenError;
use super::own::{Since, Tips};
use crate::change::Change;

/// The most commits that are given.
const MOST: usize = 3;

/// The commits of others that are next to what was written since a moment: what HEAD stood on since, and what commits that
/// were made here since stand on. The newest come first; what the base or the commit `known` has is left out.
///
/// # Errors
/// The history cannot be read, or there is too much of it.
pub fn resting_on(
    root: &Path,
    change: &Change,
    since: &Tips,
    known: Option<&str>,
) -> Result<Vec<String>, OpenError> {
    let found = Since::asked(root, change, since, |since, head, stood_on| {
        let known = known.map(Oid::from_str).transpose()?.into_iter().chain(since.base).collect();
        since.rests_on(head, stood_on, known)
    })?;
    Ok(found.unwrap_or_default().iter().map(Oid::to_string).collect())
}

impl Since<'_> {
    fn rests_on(
        &self,
        head: &Commit<'_>,
        stood_on: Vec<Oid>,
        known: Vec<Oid>,
    ) -> Result<Vec<Oid>, git2::Error> {
        let newest_first = self.made_since(&[head.id()])?;
        let made: HashSet<&Oid> = newest_first.iter().collect();
        let mut below = if made.is_empty() { vec![head.id()] } else { Vec::new() };
        for id in &newest_first {
            below.extend(self.repository.find_commit(*id)?.parent_ids().filter(|id| !made.contains(id)));
        }
        // What HEAD left behind again is no part of what it has, unless it was made anew on another base.
        let said: HashSet<_> = newest_first.iter().filter_map(|id| self.said(*id)).collect();
        for id in self.of_others(stood_on)? {
            let is_there = head.id() == id || self.repository.graph_descendant_of(head.id(), id)?;
            if is_there || self.said(id).is_some_and(|said_there| said.contains(&said_there)) {
                below.push(id);
            }
        }
        let mut found = Vec::new();
        for id in below {
            let has = |known: &Oid| Ok(*known == id || self.repository.graph_descendant_of(*known, id)?);
            let is_known = known.iter().map(has).collect::<Result<Vec<bool>, git2::Error>>()?.contains(&true);
            if !is_known && !found.contains(&id) {
                found.push(id);
            }
        }
        found.truncate(MOST);
        Ok(found)
    }

    /// What a commit keeps on another base: who wrote it, when, and what it says.
    fn said(&self, id: Oid) -> Option<(Vec<u8>, i64, Vec<u8>)> {
        let commit = self.repository.find_commit(id).ok()?;
        let author = commit.author();
        Some((author.email_bytes().to_vec(), author.when().seconds(), commit.message_bytes().to_vec()))
    }
}
