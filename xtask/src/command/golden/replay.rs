//! `golden replay`: a shard of the corpora, asked of the running services, as a partial report.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use findings::{Exit, Tier, digest};
use golden::partial::{Partial, Shard, Slice, replay};
use policy::{Mode, POLICY_FILE};
use source::Tree;

use crate::cli::ReplayArgs;
use crate::command::gate::{base_request, cache};
use crate::console;
use crate::failure::Failure;
use crate::live::Stage;
use crate::scene::{Ask, Scene};
use crate::store;
use crate::surroundings::{self, Env};

/// Replays a shard and writes what it shows. Whether that passes is for `golden merge` to say, which sees all shards.
pub(crate) fn run(root: &Path, args: &ReplayArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let scene = Scene::open(Ask {
        root: root.to_owned(),
        base: base_request(args.base.as_deref()),
        head: None,
        surroundings: surroundings::of(env),
        tier: Tier::Live,
        intent: None,
        only: Vec::new(),
        files: None,
        bootstrap: true,
        against: None,
        cache: cache(None, root, env)?,
        today: surroundings::today(),
    })?;
    let policy: golden::Policy = scene.effective.section("golden")?;
    let is_wanted = |corpus: &&golden::Corpus| args.corpus.is_empty() || args.corpus.contains(&corpus.name);
    let wanted: Vec<&golden::Corpus> = policy.corpora.iter().filter(is_wanted).collect();
    if let Some(unknown) = args.corpus.iter().find(|name| !wanted.iter().any(|corpus| corpus.name == **name))
    {
        return Err(Failure::usage(format_args!("the policy names no corpus `{unknown}`")));
    }
    if wanted.is_empty() {
        return Err(Failure::usage("the policy names no corpora under `golden`"));
    }
    let partial = ask(&scene, &policy, &wanted, args.shard, args.store.as_deref(), env)?;
    write(&args.partial, &partial.to_text())?;
    for (name, slice) in &partial.corpora {
        let (asked, of, changed) = (slice.asked, slice.of, slice.tally.total().changed());
        console::say(format_args!(
            "{name}: shard {} asked {asked} of {of} requests, {changed} changed",
            args.shard
        ));
    }
    Ok(Exit::Clean)
}

/// Builds and starts the services of these corpora and asks each the requests of the shard.
pub(super) fn ask(
    scene: &Scene,
    policy: &golden::Policy,
    wanted: &[&golden::Corpus],
    shard: Shard,
    store: Option<&Path>,
    env: Env<'_>,
) -> Result<Partial, Failure> {
    let store = store::of(&scene.ask.root, policy, store, env);
    let mut stage = Stage::of(scene).map_err(Failure::could_not_run)?;
    let mut corpora: BTreeMap<String, Slice> = BTreeMap::new();
    for corpus in wanted.iter().copied() {
        let mut start = |corpus: &golden::Corpus| {
            console::say(format_args!("building and starting `{}` ..", corpus.service));
            stage.start(corpus)
        };
        let mut told =
            |asked: u64| console::progress(format_args!("{}: {asked} requests asked", corpus.name));
        let slice = replay(&scene.change.head, corpus, &store, shard, &mut start, &mut told);
        console::end_progress();
        corpora.insert(corpus.name.clone(), slice.map_err(Failure::could_not_run)?);
    }
    Ok(Partial {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        head: scene.change.head_commit.clone().unwrap_or_else(|| "none".to_owned()),
        policy: policies(scene),
        observe: scene.settings.mode == Mode::Observe
            || scene.settings.observe.iter().any(|guard| guard == "golden"),
        shard,
        corpora,
    })
}

/// The digest of what the policy that judges is made from: the base's and head's.
fn policies(scene: &Scene) -> String {
    let text = |tree: &Tree| tree.text(POLICY_FILE).map(|text| text.to_string()).unwrap_or_default();
    let base = scene.change.base.as_ref().map(text).unwrap_or_default();
    digest(format!("{} {}", digest(base.as_bytes()), digest(text(&scene.change.head).as_bytes())).as_bytes())
}

/// Writes the file as a whole: whoever merges finds all of it or nothing.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to write `{}`: {error}", path.display()))
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = tempfile::Builder::new().prefix(".partial-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
