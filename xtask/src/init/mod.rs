//! `init`: Gatefold in a repository that is there already, and out of it again.

mod ci;
mod codeowners;
mod disk;
mod git_hooks;
mod gitlab;
mod install;
mod json;
mod layers;
mod ledger;
mod own_crate;
mod place;
mod plan;
mod proposal;
mod remove;
mod settings;
mod undo;
mod write;

use std::path::Path;

use findings::Exit;

use crate::cli::{InitArgs, InitFormat};
use crate::command::gate;
use crate::console;
use crate::failure::Failure;
use crate::shell;
use crate::surroundings::{self, Env};
use place::Place;
use plan::Plan;

/// Shows the plan, or carries it out.
pub(crate) fn run(args: &InitArgs, root: Option<&Path>, env: Env<'_>) -> Result<Exit, Failure> {
    let place = Place::find(args.path.as_deref().or(root))?;
    let plan = match args.remove {
        true => remove::plan(&place)?,
        false => install::plan(&place, args, &gate::cache(None, &place.root, env)?)?,
    };
    let top = place.checkout.top();
    let backups = place.checkout.common().join("gatefold/backup");
    let kept = match args.apply {
        true => write::carry_out(top, &backups, &plan.steps)?,
        false => {
            write::check(top, &plan.steps)?;
            None
        }
    };
    let root = place.root.display().to_string();
    let kept = kept.map(|kept| kept.display().to_string());
    match args.format {
        InitFormat::Json => console::print(&plan.json(&root, args.apply, kept)),
        InitFormat::Human => {
            let colour = surroundings::colour(env, &std::io::stdout());
            console::print(&told(args, &place, &plan, kept.as_deref(), colour));
        }
    }
    Ok(Exit::Clean)
}

fn told(args: &InitArgs, place: &Place, plan: &Plan, kept: Option<&str>, colour: bool) -> String {
    let mut text = plan.listing();
    if !args.apply && !plan.steps.is_empty() {
        text.push_str(&format!("\n{}", plan.diffs(colour)));
    }
    for note in &plan.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    if let Some(kept) = kept {
        text.push_str(&format!("note: what was there before is kept in {kept}\n"));
    }
    let count = plan.steps.len();
    let files = if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    text.push_str(&match (count, args.apply, args.remove) {
        (0, _, false) => format!("nothing to do: Gatefold is in `{}`\n", place.root.display()),
        (0, _, true) => "nothing to do\n".to_owned(),
        (_, false, _) => format!("nothing was written; {files} would be: run it again with `--apply`\n"),
        (_, true, true) if !plan.is_to_be_committed() => format!("{files} out of git's folder\n"),
        (_, true, true) => format!("Gatefold is out again: {files}; commit that\n"),
        (_, true, false) => next(place, plan, &files),
    });
    text
}

fn next(place: &Place, plan: &Plan, files: &str) -> String {
    let root = match place.prefix.as_str() {
        "" => String::new(),
        prefix => format!(" --root {}", shell::word(prefix)),
    };
    let program = surroundings::program(&place.root);
    let install = format!("{program} hook install    # once a clone: the binary that the hooks start\n");
    if !plan.is_to_be_committed() {
        return format!("{files} in git's folder, which no commit has. Next:\n  {install}");
    }
    let build = match plan.brings_crate() {
        true => {
            "cargo xtask --version    # builds the judge, which takes minutes, and writes its lock file\n  "
        }
        false => "",
    };
    if !plan.brings_policy() {
        let (is, message) = match plan.is_first() {
            true => ("in, under the policy that was there", "Put Gatefold in"),
            false => ("up to date", "Bring Gatefold up to date"),
        };
        return format!(
            "Gatefold is {is}: {files}. Next:\n  \
             {build}git add --all && git commit -m '{message}'\n  \
             {program} gate{root}    # what judges is part of the change, and may need an approval\n  {install}"
        );
    }
    format!(
        "Gatefold is in: {files}. Next:\n  \
         {build}git add --all && git commit -m 'Put Gatefold in'\n  \
         {program} gate{root} --bootstrap    # the change that brings the policy is judged by it; you say that this is meant\n  \
         {install}\
         Merge it; from then on the base's policy judges. Approvals come from the keys in its approvals/allowed_signers, or from code owners (`--owner @TEAM`).\n"
    )
}
