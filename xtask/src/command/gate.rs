//! `gate` and the commands that ask one guard.

use std::path::{Path, PathBuf};

use findings::{Exit, Tier};
use policy::POLICY_FILE;
use source::BaseRequest;

pub(crate) use crate::facts::cache;

use crate::cli::{BaseArgs, RunArgs};
use crate::failure::Failure;
use crate::gate::{Judgement, judge};
use crate::gated;
use crate::hook::look::real;
use crate::output;
use crate::scene::Ask;
use crate::shell;
use crate::surroundings::{self, Env};

/// Judges, prints, and ends with the verdict.
pub(crate) fn run(root: &Path, only: &[String], args: &RunArgs, env: Env<'_>) -> Result<Exit, Failure> {
    run_asked(asked(root, only, args, env)?, args, env)
}

/// The same for what is asked already.
pub(crate) fn run_asked(ask: Ask, args: &RunArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge(ask)?;
    output::show(&judgement, args, env)?;
    let exit = judgement.report.exit();
    // The process ends with the answer; giving back a hundred megabytes piece by piece would only delay it.
    std::mem::forget(judgement);
    Ok(exit)
}

/// Judges as the command line asks.
pub(crate) fn judge_as_asked(
    root: &Path,
    only: &[String],
    args: &RunArgs,
    env: Env<'_>,
) -> Result<Judgement, Failure> {
    judge(asked(root, only, args, env)?)
}

/// What the command line asks to be judged.
pub(crate) fn asked(root: &Path, only: &[String], args: &RunArgs, env: Env<'_>) -> Result<Ask, Failure> {
    let asked = asked_against(root, only, &args.against, env)?;
    Ok(Ask { tier: args.tier.into(), intent: args.intent.clone(), ..asked })
}

/// The static tier over a change, which is all that some commands need.
pub(crate) fn asked_against(
    root: &Path,
    only: &[String],
    args: &BaseArgs,
    env: Env<'_>,
) -> Result<Ask, Failure> {
    Ok(Ask {
        root: root.to_owned(),
        base: base_request(args.base.as_deref()),
        head: None,
        surroundings: surroundings::of(env),
        tier: Tier::Static,
        intent: None,
        only: only.to_vec(),
        files: None,
        bootstrap: args.bootstrap,
        against: None,
        cache: cache(args.cache_dir.as_deref(), root, env)?,
        today: surroundings::today(),
    })
}

/// What to compare with, as it is written on the command line.
pub(crate) fn base_request(base: Option<&str>) -> BaseRequest {
    match base {
        None => BaseRequest::Default,
        Some("none") => BaseRequest::None,
        Some(revision) => BaseRequest::Revision(revision.to_owned()),
    }
}

/// The folder to judge: the given one, else the nearest upward that is gated.
pub(crate) fn root(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let root = around(given)?;
    match elsewhere(given, &root).as_deref() {
        None => Ok(root),
        Some(folders) => Err(judged_elsewhere(&here()?, &root, folders)),
    }
}

/// The same for what only looks: where other folders are judged, those are meant, each of them.
pub(crate) fn roots_to_look_at(given: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let root = around(given)?;
    Ok(elsewhere(given, &root).unwrap_or_else(|| vec![root]))
}

/// The given folder, else the nearest upward with a policy or a repository, for what is not about a policy.
pub(crate) fn around(given: Option<&Path>) -> Result<PathBuf, Failure> {
    match given {
        Some(root) if root.is_dir() => root.canonicalize().map_err(|error| {
            Failure::could_not_run(format_args!("failed to find `{}`: {error}", root.display()))
        }),
        Some(root) => from_the_top(root)
            .or_else(|| gone(root))
            .ok_or_else(|| Failure::usage(format_args!("there is no folder `{}`", root.display()))),
        None => Ok(source::find_root(&here()?)?),
    }
}

/// The folder as seen from the top of the repository, as advice names it that is read elsewhere.
fn from_the_top(root: &Path) -> Option<PathBuf> {
    let here = here().ok()?;
    gated::top(&here)?.join(root).canonicalize().ok().filter(|root| root.is_dir())
}

/// The folder, if only the base has it, with a policy that judges what became of it.
fn gone(root: &Path) -> Option<PathBuf> {
    let here = here().ok()?;
    let top = gated::top(&here)?;
    let origin = source::origin(top).ok()??;
    let is_gated = |folder: &PathBuf| {
        let policy = folder.strip_prefix(origin.folder()).map(|below| below.join(POLICY_FILE)).ok();
        policy.is_some_and(|policy| policy.to_str().is_some_and(|policy| origin.id(policy).is_some()))
    };
    [here.join(root), top.join(root)].iter().filter_map(|folder| real(folder)).find(is_gated)
}

fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::could_not_run(format_args!("failed to find the current folder: {error}")))
}

/// The folders that are judged where nobody gave one and this root has no policy. What somebody just put in counts, too.
fn elsewhere(given: Option<&Path>, root: &Path) -> Option<Vec<PathBuf>> {
    let is_asked = given.is_none() && !root.join(POLICY_FILE).is_file();
    let folders = || gated::folders(root, None).or_else(|| gated::on_disk(root));
    let folders = is_asked.then(folders).flatten()?;
    (!folders.is_empty() && !folders.contains(&root.to_owned())).then_some(folders)
}

/// That other folders of the repository are judged, each by its own policy, and nobody said which.
fn judged_elsewhere(here: &Path, root: &Path, folders: &[PathBuf]) -> Failure {
    const MOST: usize = 6;
    let named = |folder: &Path| match folder.strip_prefix(here) {
        Ok(below) if below == Path::new("") => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => folder.display().to_string(),
    };
    let mut names: Vec<String> =
        folders.iter().take(MOST).map(|folder| format!("`{}`", named(folder))).collect();
    names.extend(folders.len().checked_sub(MOST + 1).map(|more| format!("{} more", more + 1)));
    Failure::usage(format_args!(
        "`{}` has no `{POLICY_FILE}`, and this repository is judged in {}: name one, as `--root {}`; `--root {}` asks for \
         the defaults",
        root.display(),
        names.join(", "),
        shell::word(named(&folders[0])),
        shell::word(named(root))
    ))
}
