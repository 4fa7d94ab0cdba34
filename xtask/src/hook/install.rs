//! `hook install`: puts the running binary where the launcher finds it.

use std::path::Path;

use findings::Exit;
use source::Origin;

use super::binary::{self, Wanted};
use crate::console;
use crate::failure::Failure;
use crate::surroundings::Env;

/// Installs the running binary for the repository around a root.
pub(crate) fn run(root: &Path, env: Env<'_>) -> Result<Exit, Failure> {
    let origin = binary::origin(root)?;
    let wanted = Wanted::at(&origin);
    if wanted.is_built_here() {
        refuse_another_build(&origin, &wanted, env)?;
        refuse_edited_rules(&origin, &wanted)?;
    }
    let program = std::env::current_exe().map_err(|error| {
        Failure::could_not_run(format_args!("failed to find the running binary: {error}"))
    })?;
    let done = binary::install(root, &program)?;
    console::print(&format!(
        "installed {} as `{}`\n",
        if wanted.is_built_here() { "the judge that the base asks for" } else { "this version" },
        done.installed.path.display()
    ));
    for key in done.removed {
        console::print(&format!("removed `{}`, which no worktree asks for any more\n", key.as_str()));
    }
    Ok(Exit::Clean)
}

/// Where a repository builds its own judge, only `cargo xtask` is known to have built it from there: `cargo run` says
/// from which package it started a program.
fn refuse_another_build(origin: &Origin, wanted: &Wanted, env: Env<'_>) -> Result<(), Failure> {
    let package = env("CARGO_MANIFEST_DIR").and_then(|package| Path::new(&package).canonicalize().ok());
    let is_from_here =
        package.is_some_and(|package| wanted.folders().any(|folder| origin.folder().join(folder) == package));
    match is_from_here {
        true => Ok(()),
        false => Err(Failure::usage(
            "this repository builds its own judge, and nobody knows from what this binary was built; run \
             `cargo xtask hook install`",
        )),
    }
}

/// A judge that is built from edited rules would judge the edits.
fn refuse_edited_rules(origin: &Origin, wanted: &Wanted) -> Result<(), Failure> {
    match origin.edited(wanted.sources.iter().map(String::as_str)) {
        None => Ok(()),
        Some(path) => Err(Failure::usage(format_args!(
            "`{path}` differs from the base's, so this binary is not the judge that the base asks for; install that from a \
             checkout of the base: `git worktree add ../base {} && cd ../base && cargo xtask hook install`",
            origin.commit().as_deref().unwrap_or("BASE")
        ))),
    }
}
