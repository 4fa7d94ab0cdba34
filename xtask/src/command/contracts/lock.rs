//! `contracts lock`: writes what each model says of itself beside it.

use std::path::Path;

use findings::Exit;

use super::scene;
use crate::cli::LockArgs;
use crate::console;
use crate::failure::Failure;
use crate::output;
use crate::surroundings::Env;

/// Writes the locks of the policy's models, or of the named ones. It approves nothing.
pub(super) fn run(root: &Path, args: &LockArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let (scene, names) = (scene(root, env)?, &args.models);
    let policy: contracts::Policy = scene.head_policy.section("contracts")?;
    if policy.models.is_empty() {
        return Err(Failure::usage("the policy names no models under `contracts.models`"));
    }
    if let Some(unknown) = names.iter().find(|name| !policy.models.contains_key(*name)) {
        return Err(Failure::usage(format_args!("`contracts.models` has no `{unknown}`")));
    }
    let tree = &scene.change.head;
    let mut unread = Vec::new();
    for (name, model) in &policy.models {
        if !names.is_empty() && !names.contains(name) {
            continue;
        }
        match contracts::lock_of(tree, model) {
            Ok((path, text)) => {
                let same = tree.text(&path).is_ok_and(|old| *old == *text);
                if !same {
                    output::write(&root.join(&path), &text)?;
                }
                let outcome = if same { "unchanged" } else { "written" };
                console::print(&format!("{name}: {path} {outcome}\n"));
            }
            Err(reason) => unread.push(format!("`{name}`: {reason}")),
        }
    }
    match unread.is_empty() {
        true => Ok(Exit::Clean),
        false => Err(Failure::could_not_run(format_args!("failed to read {}", unread.join("; ")))),
    }
}
