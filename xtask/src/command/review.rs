//! `review`: the brief for whoever reviews a change.

use std::io::Read;
use std::path::Path;

use findings::{Exit, Verdict};

use crate::cli::ReviewArgs;
use crate::command::gate::judge_as_asked;
use crate::console;
use crate::failure::Failure;
use crate::output;
use crate::review::{Brief, html, markdown};
use crate::surroundings::{self, Env};

/// Writes the brief to the files that were asked for, or prints it as Markdown. A brief informs: what blocks is the
/// gate's to say, and only a guard that could not look is a failure here.
pub(crate) fn run(root: &Path, args: &ReviewArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge_as_asked(root, &[], &args.run, env)?;
    let description = description(args.description.as_deref(), env)?;
    let brief = Brief::of(&judgement, description.as_deref());
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

/// The most bytes of a description: more than any forge takes.
const LONGEST: u64 = 1 << 20;

/// What the change says of itself beside its commits: the given file, else what CI hands over.
fn description(given: Option<&Path>, env: Env<'_>) -> Result<Option<String>, Failure> {
    let Some(file) = given else { return Ok(surroundings::description(env)) };
    let failed = |error: std::io::Error| {
        Failure::usage(format_args!("failed to read the description `{}`: {error}", file.display()))
    };
    let mut bytes = Vec::new();
    match file == Path::new("-") {
        true => std::io::stdin().lock().take(LONGEST).read_to_end(&mut bytes),
        false => std::fs::File::open(file).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes)),
    }
    .map_err(failed)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
