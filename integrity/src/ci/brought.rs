//! Actions that come new into a job of the gate, before steps that were there.
//!
//! What blocks is what surely reaches the judge, or what it is asked to judge: an action of the change itself, where so far
//! nothing of the change ran, for every later change may alter it and nothing would be said; a checkout or an artefact over
//! the folders that the steps go by; a cache of the folder in which the judge lies, which a pull request may have written.
//! What well-known publishers offer to set machines up is silent, whether it comes before the judge or after. Of any
//! other action a person is told, as of a script.

use super::compare::Kind;
use super::gate::folder;
use super::{Job, Step};
use crate::evidence::short;

/// Publishers of actions that set up machines and toolchains, keep caches, and take reports.
const KNOWN: &[&str] = &[
    "actions",
    "actions-rs",
    "actions-rust-lang",
    "astral-sh",
    "aws-actions",
    "azure",
    "baptiste0928",
    "bufbuild",
    "cachix",
    "cargo-bins",
    "codecov",
    "determinatesystems",
    "docker",
    "dtolnay",
    "embarkstudios",
    "github",
    "google-github-actions",
    "hashicorp",
    "moonrepo",
    "mozilla-actions",
    "rui314",
    "rustsec",
    "step-security",
    "swatinem",
    "taiki-e",
];

/// What a new step that uses an action means to the steps of the base behind it: what it does, as a fragment. `before` is
/// the job as the base has it.
pub(super) fn brings(new: &Step, before: &Job, behind: &[&Step]) -> Option<(Kind, String)> {
    let uses = new.uses.as_deref().filter(|_| !behind.is_empty())?;
    let action = uses.split('@').next().unwrap_or(uses).to_lowercase();
    let (publisher, name) = action.split_once('/').unwrap_or(("", &action));
    let more = || Some((Kind::Setting, format!("uses an action more: `{}`", short(uses))));
    let laid_over = |over: Option<String>| {
        let how = |over: String| {
            format!("lays `{}` over `{}`, which the steps behind it go by", short(uses), short(&over))
        };
        over.map(|over| (Kind::Step, how(over)))
    };
    match name {
        _ if uses.starts_with('.') && runs_change(before) => more(),
        _ if uses.starts_with('.') => {
            Some((Kind::Step, format!("uses an action of the change itself: `{}`", short(uses))))
        }
        "checkout" => match (is_over(new, before, behind), is_known(new, before)) {
            (Some(_), true) => more(),
            (over, _) => laid_over(over).or_else(|| more().filter(|_| path(new).contains('$'))),
        },
        _ if name.contains("download-artifact") => match is_over(new, before, behind) {
            // Beside what was checked out, where all lies in one folder, nothing else can be said.
            Some(over) if over == path(new) && over == "." => more(),
            over => laid_over(over).or_else(more),
        },
        _ if name.contains("cache") => laid_over(judge_in_cache(new, before)),
        "github-script" => more(),
        _ if KNOWN.contains(&publisher) => None,
        _ => more(),
    }
}

/// Whether a job runs code of the change beside the judge, be it to test it: then one piece more of it is no other thing.
fn runs_change(job: &Job) -> bool {
    let judges = judge_folders(job);
    let is_judge = |step: &Step| {
        judges.iter().any(|judge| *judge == plain(&step.folder) || is_below(&plain(&step.folder), judge))
    };
    let is_gate = |name: &str| name.starts_with("gatefold");
    job.steps.iter().any(|step| {
        let checks = || step.commands.iter().filter_map(super::Command::checks).any(|name| !is_gate(&name));
        step.uses.as_deref().is_some_and(|uses| uses.starts_with('.')) || checks() && !is_judge(step)
    })
}

/// The folders into which a job takes what no change of its own repository wrote: another checkout, an artefact.
fn judge_folders(job: &Job) -> Vec<String> {
    let is_judge = |step: &&Step| {
        let uses = step.uses.as_deref().unwrap_or_default();
        uses.contains("/checkout@") && (step.with.contains_key("repository") || step.with.contains_key("ref"))
            || uses.contains("download-artifact@")
    };
    job.steps.iter().filter(is_judge).map(path).filter(|path| path != ".").collect()
}

/// The folder of the judge that a step restores from a cache.
pub(super) fn judge_in_cache(step: &Step, job: &Job) -> Option<String> {
    let action = step.uses.as_deref()?.split('@').next()?.to_lowercase();
    if !action.contains("cache") || action.ends_with("/save") {
        return None;
    }
    let places = ["path", "workspaces", "cache-directories"].into_iter().filter_map(|key| step.with.get(key));
    let mut kept = places.flat_map(|value| value.split_whitespace()).map(plain);
    let judges = judge_folders(job);
    kept.find(|kept| judges.iter().any(|judge| kept == judge || is_below(kept, judge)))
}

/// What a new checkout or artefact lies over: what was laid there, or a folder in which a step runs.
fn is_over(new: &Step, before: &Job, behind: &[&Step]) -> Option<String> {
    let lays = |step: &&Step| {
        step.uses
            .as_deref()
            .is_some_and(|uses| uses.contains("/checkout@") || uses.contains("download-artifact@"))
    };
    let new_path = path(new);
    let laid: Vec<String> = before.steps.iter().filter(lays).map(path).collect();
    let is_over = |known: &String| *known == new_path || is_below(known, &new_path);
    let over = laid.iter().find(|known| is_over(known) || *known != "." && is_below(&new_path, known));
    // Where nothing was checked out, another tree is.
    let is_other = || new.with.contains_key("repository") || new.with.contains_key("ref");
    over.cloned().or_else(|| {
        let mut folders = behind.iter().map(|step| plain(&step.folder)).filter(|folder| folder != ".");
        folders.find(is_over).or_else(|| (laid.is_empty() && is_other()).then(|| ".".to_owned()))
    })
}

/// Whether the job checks the same out to the same place already.
fn is_known(new: &Step, before: &Job) -> bool {
    let keys = ["repository", "ref"];
    let what = |step: &Step| (path(step), keys.map(|key| step.with.get(key).cloned()));
    let is_checkout = |step: &&Step| step.uses.as_deref().is_some_and(|uses| uses.contains("/checkout@"));
    before.steps.iter().filter(is_checkout).any(|step| what(step) == what(new))
}

fn path(step: &Step) -> String {
    step.with.get("path").map_or_else(|| ".".to_owned(), |path| plain(path))
}

/// A folder as seen from where the forge checks out.
fn plain(path: &str) -> String {
    let path = path.trim();
    let roots =
        ["${{ github.workspace }}", "${{github.workspace}}", "$GITHUB_WORKSPACE", "${GITHUB_WORKSPACE}"];
    let inside = roots.iter().find_map(|root| path.strip_prefix(root));
    folder(inside.map_or(path, |rest| rest.trim_start_matches('/'))).to_owned()
}

fn is_below(path: &str, folder: &str) -> bool {
    folder == "." && path != "." || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
