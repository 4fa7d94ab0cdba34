//! `review`: the brief for whoever reviews a change.

use std::path::Path;

use findings::{Exit, Verdict};

use crate::cli::ReviewArgs;
use crate::command::gate::judge_as_asked;
use crate::console;
use crate::failure::Failure;
use crate::output;
use crate::review::{Brief, html, markdown};
use crate::surroundings::Env;

/// Writes the brief to the files that were asked for, or prints it as Markdown. A brief informs: what blocks is the
/// gate's to say, and only a guard that could not look is a failure here.
pub(crate) fn run(root: &Path, args: &ReviewArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge_as_asked(root, &[], &args.run, env)?;
    let brief = Brief::of(&judgement);
    if let Some(file) = &args.html {
        output::write(file, &html(&brief))?;
    }
    if let Some(file) = &args.markdown {
        output::write(file, &markdown(&brief))?;
    }
    output::files(&judgement, &args.run)?;
    match (&args.html, &args.markdown) {
        (None, None) => console::print(&markdown(&brief)),
        _ => console::say(format_args!("{}: {}", brief.verdict, brief.headline)),
    }
    Ok(match judgement.report.verdict() {
        Verdict::Error => Exit::CouldNotRun,
        Verdict::Pass | Verdict::Fail => Exit::Clean,
    })
}
