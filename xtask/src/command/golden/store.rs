//! `golden store`: puts the requests of a large corpus into the store and their manifest into git.

use std::path::Path;

use findings::Exit;
use golden::bulk::store_requests;

use super::scene;
use crate::cli::StoreArgs;
use crate::console;
use crate::failure::Failure;
use crate::store;
use crate::surroundings::{self, Env};

/// Stores requests. They are sorted on the way; the manifest replaces what stands in git for them.
pub(crate) fn run(root: &Path, args: &StoreArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let policy: golden::Policy = scene.head_policy.section("golden")?;
    let corpus = policy.corpora.iter().find(|corpus| corpus.name == args.corpus);
    let corpus =
        corpus.ok_or_else(|| Failure::usage(format_args!("the policy names no corpus `{}`", args.corpus)))?;
    let store = store::of(root, &policy, args.store.as_deref(), env);
    let manifest = store_requests(&store, &args.requests).map_err(Failure::could_not_run)?;
    golden::replace(root, &corpus.requests(), &manifest.to_text()).map_err(Failure::could_not_run)?;
    console::print(&format!(
        "{}: {} requests, {} bytes\n",
        corpus.requests(),
        manifest.requests,
        manifest.bytes
    ));
    console::say(format!("record their rankings with `{} golden accept`", surroundings::program(root)));
    Ok(Exit::Clean)
}
