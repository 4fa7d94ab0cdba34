//! `golden accept`: records what the services answer now.

use std::path::Path;

use findings::Exit;
use golden::Runs;

use super::scene;
use crate::cli::AcceptArgs;
use crate::console;
use crate::failure::Failure;
use crate::live::Stage;
use crate::store;
use crate::surroundings::Env;

/// Records rankings. It approves nothing.
pub(crate) fn run(root: &Path, args: &AcceptArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = scene(root, env)?;
    let policy: golden::Policy = scene.head_policy.section("golden")?;
    if policy.corpora.is_empty() {
        return Err(Failure::usage("the policy names no corpora under `golden.corpora`"));
    }
    let is_there = |service: &&String| policy.corpora.iter().any(|corpus| corpus.service == **service);
    if let Some(service) = args.service.as_ref().filter(|service| !is_there(service)) {
        return Err(Failure::usage(format_args!("the policy has no corpus of a service `{service}`")));
    }
    let store = store::of(root, &policy, args.store.as_deref(), env);
    let mut stage = Stage::of(&scene).map_err(Failure::could_not_run)?;
    let mut start = |corpus: &golden::Corpus| {
        console::say(format_args!("building and starting `{}` ..", corpus.service));
        stage.start(corpus)
    };
    let accepted = golden::accept_with(
        root,
        &policy,
        args.service.as_deref(),
        Runs::new(usize::try_from(args.runs).unwrap_or(usize::MAX)),
        &store,
        &mut start,
    )
    .map_err(Failure::could_not_run)?;
    for recorded in &accepted {
        console::print(&told(recorded));
    }
    if accepted.iter().any(|recorded| !recorded.changed.is_empty() || !recorded.removed.is_empty()) {
        console::say(
            "recorded, and not approved: the gate blocks until an approval covers what changed (`approve`)",
        );
    }
    Ok(Exit::Clean)
}

fn told(recorded: &golden::Accepted) -> String {
    let golden::Accepted { service, path, written, changed, added, removed, kept, noisy, more } = recorded;
    let outcome = if *written { "written" } else { "unchanged" };
    let mut text = format!(
        "{service}: {path} {outcome} ({kept} kept, {} changed, {} added, {} removed)\n",
        changed.len() + more[0],
        added.len() + more[1],
        removed.len() + more[2]
    );
    if *noisy > 0 {
        text.push_str(&format!("  {noisy} requests are answered differently from run to run\n"));
    }
    for line in changed {
        text.push_str(&format!("  {line}\n"));
    }
    text
}
