//! Whether who approves is who wrote it.

use std::collections::BTreeSet;

use source::{Change, Person, Role, Written};

use super::covering::workspace;
use super::signers::matches_list;
use super::{Approval, FOLDER, Signer};

/// What a signer did to what is approved, as a clause; `None` where somebody else wrote it. `file` is where the finding
/// stands; one that stands nowhere is about all of the change.
pub(super) fn wrote(
    approval: &Approval,
    signer: &Signer,
    written: &[Written],
    file: Option<&str>,
    change: &Change,
) -> Option<String> {
    let workspace = workspace(change);
    let mut followed: Option<BTreeSet<String>> = file.map(|file| {
        [file, change.base_path(file)].into_iter().map(|path| from_repository(workspace, path)).collect()
    });
    let approvals = from_repository(workspace, &format!("{FOLDER}/"));
    let own = from_repository(workspace, &approval.file);
    for commit in written {
        let touches = match &mut followed {
            None => commit.paths.iter().any(|(_, path)| !path.starts_with(&approvals)),
            Some(followed) => {
                let hits: Vec<_> = commit
                    .paths
                    .iter()
                    .filter(|(from, to)| followed.contains(from) || followed.contains(to))
                    .collect();
                followed.extend(hits.iter().map(|(from, _)| from.clone()));
                !hits.is_empty()
            }
        };
        if !touches {
            continue;
        }
        // A forge that squashes a branch names everyone who committed to it, and so who brought the approval.
        let squashed = commit.paths.iter().any(|(_, path)| *path == own);
        let named = commit
            .people
            .iter()
            .find(|person| !(squashed && person.role == Role::CoAuthor) && is_named(signer, person));
        if let Some(person) = named {
            let role = match person.role {
                Role::Author => "wrote",
                Role::Committer => "committed",
                Role::CoAuthor => "is a co-author of",
            };
            let what =
                commit.commit.as_ref().map_or("what is not committed yet".to_owned(), |id| format!("`{id}`"));
            return Some(format!("`{}` {role} {what}", signer.name));
        }
    }
    None
}

/// Whether a commit's name or address is one for which the signer's key is trusted. Letters of either case count.
fn is_named(signer: &Signer, person: &Person) -> bool {
    let said = [&person.name, &person.email];
    said.into_iter().filter(|name| !name.is_empty()).map(|name| name.to_lowercase()).any(|name| {
        name == signer.name.to_lowercase()
            || signer.names.iter().any(|patterns| matches_list(&patterns.to_lowercase(), &name))
    })
}

/// A path from the repository's root. What lies outside of the root that is judged begins with `..`.
fn from_repository(workspace: &str, path: &str) -> String {
    let mut parts: Vec<&str> = workspace.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
