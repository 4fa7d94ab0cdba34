//! `review`: the brief for whoever reviews a change.

use std::io::Read;
use std::path::Path;

use findings::{Exit, Verdict};

use crate::cli::{Format, ReviewArgs};
use crate::command::gate::asked;
use crate::console;
use crate::failure::Failure;
use crate::gate::judge;
use crate::output;
use crate::review::{Brief, List, html, list_markdown, list_page, markdown};
use crate::scene::Ask;
use crate::surroundings::{self, Env};

/// Writes the brief to the files that were asked for, or prints it as Markdown. A brief informs: what blocks is the
/// gate's to say, and only a guard that could not look is a failure here.
pub(crate) fn run(root: &Path, args: &ReviewArgs, env: Env<'_>) -> Result<Exit, Failure> {
    if args.list {
        return list(root, args);
    }
    if !matches!(args.run.format, Format::Human | Format::Markdown) {
        return Err(Failure::usage(
            "a brief is written as markdown, or with `--html FILE` as a page; the gate's report in another format stands \
             beside it with `--output FORMAT=FILE`",
        ));
    }
    let ask = asked(root, &[], &args.run, env)?;
    let judgement = judge(Ask { head: args.head.clone(), ..ask })?;
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

/// Lists what landed over a range. Nothing is judged.
fn list(root: &Path, args: &ReviewArgs) -> Result<Exit, Failure> {
    let base = args.run.against.base.as_deref().filter(|base| *base != "none");
    let base = base.ok_or_else(|| Failure::usage("a list begins behind a commit: give `--base REV`"))?;
    let head = args.head.as_deref().unwrap_or("HEAD");
    let list = List::of(root, base, head, surroundings::today())?;
    if let Some(file) = &args.html {
        output::write(file, &list_page(&list))?;
    }
    if let Some(file) = &args.markdown {
        output::write(file, &list_markdown(&list))?;
    }
    match (args.run.format, &args.html, &args.markdown) {
        (Format::Json, ..) => console::print(&list.json()?),
        (Format::Human | Format::Markdown, None, None) => console::print(&list_markdown(&list)),
        (Format::Human | Format::Markdown, ..) => console::say(format_args!("{}", list.headline())),
        _ => {
            return Err(Failure::usage(
                "a list is written as markdown, as json, or with `--html FILE` as a page",
            ));
        }
    }
    Ok(Exit::Clean)
}
