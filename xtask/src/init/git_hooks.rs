//! Git's own hooks. They lie in git's folder, which no commit has, so nothing is recorded of them: ours are known by their
//! content.

use std::path::Path;

use super::disk::{self, File};
use super::place::Place;
use super::plan::{Plan, Step};
use crate::failure::Failure;

const HOOKS: [(&str, &str, &str); 2] = [
    ("pre-commit", include_str!("../../../ci/git-hooks/pre-commit"), "judges what is staged"),
    ("pre-push", include_str!("../../../ci/git-hooks/pre-push"), "judges what is pushed"),
];

/// Tools that have hooks in a file of their own, and what to take over into that.
const MANAGERS: [(&str, &str); 6] = [
    ("lefthook.yml", "ci/git-hooks/lefthook.yml"),
    (".lefthook.yml", "ci/git-hooks/lefthook.yml"),
    ("lefthook.yaml", "ci/git-hooks/lefthook.yml"),
    (".pre-commit-config.yaml", "ci/git-hooks/.pre-commit-config.yaml"),
    (".husky", "ci/git-hooks/pre-commit"),
    (".pre-commit-config.yml", "ci/git-hooks/.pre-commit-config.yaml"),
];

/// Adds the hooks, where nobody else manages or has them.
pub(super) fn add(place: &Place, plan: &mut Plan) -> Result<(), Failure> {
    let top = place.checkout.top();
    if let Some((file, ours)) = MANAGERS.iter().find(|(file, _)| top.join(file).exists()) {
        plan.notes.push(format!("`{file}` manages git's hooks here: take `{ours}` of Gatefold over into it"));
        return Ok(());
    }
    let Some(folder) = folder(place) else {
        plan.notes.push(
            "git's hooks lie outside of this checkout (a worktree, or `core.hooksPath`): run this in the main checkout, or \
             copy `ci/git-hooks` of Gatefold there"
                .to_owned(),
        );
        return Ok(());
    };
    for (name, text, why) in HOOKS {
        let path = disk::real_path_in(top, &format!("{folder}/{name}"), true)?;
        match disk::read(top, &path)? {
            Some(there) if there.content == text.as_bytes() => {}
            Some(_) => plan.notes.push(format!(
                "`{path}` is there already and is kept; let it call `.claude/gatefold-hook git {name} \"$@\"`"
            )),
            None => {
                let file = File { content: text.as_bytes().to_vec(), executable: true };
                plan.steps.push(Step {
                    path,
                    before: None,
                    after: Some(file),
                    why: format!("{why}, in this clone alone"),
                    folders: Vec::new(),
                });
            }
        }
    }
    Ok(())
}

/// Takes out the hooks that are ours to the byte.
pub(super) fn remove(place: &Place, plan: &mut Plan) -> Result<(), Failure> {
    let Some(folder) = folder(place) else { return Ok(()) };
    let top = place.checkout.top();
    for (name, text, _) in HOOKS {
        let Ok(path) = disk::real_path_in(top, &format!("{folder}/{name}"), true) else { continue };
        if let Some(there) = disk::read(top, &path)?.filter(|there| there.content == text.as_bytes()) {
            let why = "it was put in by `init`".to_owned();
            plan.steps.push(Step { path, before: Some(there), after: None, why, folders: Vec::new() });
        }
    }
    Ok(())
}

/// The folder of the hooks from the checkout's top, where they lie below it.
fn folder(place: &Place) -> Option<String> {
    let top = place.checkout.top();
    let folder = match place.checkout.config("core.hooksPath") {
        Some(named) => top.join(named),
        None => place.checkout.common().canonicalize().ok()?.join("hooks"),
    };
    let below = folder.strip_prefix(top).ok().filter(|below| *below != Path::new(""))?;
    disk::slashed(below)
}
