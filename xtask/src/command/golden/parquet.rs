//! `golden export` and `golden import`: approved rankings as Parquet, and back.

use std::fs::File;
use std::path::Path;

use findings::Exit;

use super::scene;
use crate::cli::ParquetArgs;
use crate::console;
use crate::failure::Failure;
use crate::scene::Scene;
use crate::store;
use crate::surroundings::Env;

/// Writes a corpus's approved rankings into a file.
pub(crate) fn export(root: &Path, args: &ParquetArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let (policy, corpus) = named(&scene, args)?;
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to write `{}`: {error}", args.parquet.display()))
    };
    let folder = args.parquet.parent().filter(|folder| !folder.as_os_str().is_empty());
    let draft = tempfile::Builder::new().prefix(".export-").tempfile_in(folder.unwrap_or(Path::new(".")));
    let draft = draft.map_err(failed)?;
    let store = store::of(root, &policy, args.store.as_deref(), env);
    let file = draft.reopen().map_err(failed)?;
    let count = golden::parquet::export(&scene.change.head, &corpus, &store, file);
    let count = count.map_err(Failure::could_not_run)?;
    draft.persist(&args.parquet).map_err(|error| failed(error.error))?;
    console::say(format_args!("{}: {count} rankings written", corpus.name));
    Ok(Exit::Clean)
}

/// Records the rankings of a file. It approves nothing.
pub(crate) fn import(root: &Path, args: &ParquetArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let (policy, corpus) = named(&scene, args)?;
    let file = File::open(&args.parquet).map_err(|error| {
        Failure::could_not_run(format_args!("failed to read `{}`: {error}", args.parquet.display()))
    })?;
    let store = store::of(root, &policy, args.store.as_deref(), env);
    let count = golden::parquet::import(root, &scene.change.head, &corpus, &store, file);
    let count = count.map_err(Failure::could_not_run)?;
    console::say(format_args!("{}: {count} rankings recorded, and not approved", corpus.name));
    Ok(Exit::Clean)
}

fn named(scene: &Scene, args: &ParquetArgs) -> Result<(golden::Policy, golden::Corpus), Failure> {
    let policy: golden::Policy = scene.head_policy.section("golden")?;
    let corpus = policy.corpora.iter().find(|corpus| corpus.name == args.corpus).cloned();
    let unknown = || Failure::usage(format_args!("the policy names no corpus `{}`", args.corpus));
    Ok((policy, corpus.ok_or_else(unknown)?))
}
