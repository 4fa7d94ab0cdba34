//! `golden merge`: the partial reports of all shards as one verdict.

use std::io::Read;
use std::path::{Path, PathBuf};

use findings::Exit;
use golden::partial::{MAX_BYTES, Partial, Whole, merge};
use golden::report;

use crate::cli::{MergeArgs, WholeFormat};
use crate::console;
use crate::failure::Failure;
use crate::output;
use crate::surroundings::{self, Env};

/// Merges, prints, and ends with the verdict. What is not one whole ends with 3: nothing can be said of it.
pub(crate) fn run(args: &MergeArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let whole = whole(&args.files)?;
    let report = report::of_whole(&whole, &golden::Policy::default());
    if let Some(file) = &args.html {
        output::write(file, &report::html(&report))?;
    }
    console::print(&match args.format {
        WholeFormat::Human => {
            let color = surroundings::colour(env, &std::io::stdout());
            report::human(&report, color, surroundings::width(env))
        }
        WholeFormat::Json => whole.json(),
        WholeFormat::Markdown => report::markdown(&report),
    });
    Ok(if whole.passes() { Exit::Clean } else { Exit::Blocked })
}

/// The partials of these files as one whole.
pub(super) fn whole(files: &[PathBuf]) -> Result<Whole, Failure> {
    let mut partials = Vec::with_capacity(files.len());
    for file in files {
        let partial = read(file).and_then(|text| Partial::parse(&text)).map_err(|reason| {
            Failure::could_not_run(format_args!("failed to read `{}`: {reason}", file.display()))
        })?;
        partials.push((file.display().to_string(), partial));
    }
    let whole = merge(partials).map_err(Failure::could_not_run)?;
    if whole.partial.head.ends_with("-dirty") {
        console::say("the working tree was not committed: nothing says that all shards saw the same files");
    }
    Ok(whole)
}

fn read(file: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| error.to_string();
    if !file.metadata().map_err(failed)?.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut text = String::new();
    std::fs::File::open(file)
        .map_err(failed)?
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    match text.len() as u64 > MAX_BYTES {
        true => Err(format!("it has more than the {MAX_BYTES} bytes that are read")),
        false => Ok(text),
    }
}
