//! `golden merge`: the partial reports of all shards as one verdict.

use std::io::Read;
use std::path::Path;

use findings::Exit;
use golden::partial::{MAX_BYTES, Partial, merge};

use crate::cli::{MergeArgs, WholeFormat};
use crate::console;
use crate::failure::Failure;

/// Merges, prints, and ends with the verdict. What is not one whole ends with 3: nothing can be said of it.
pub(crate) fn run(args: &MergeArgs) -> Result<Exit, Failure> {
    let mut partials = Vec::new();
    for file in &args.files {
        let partial = read(file).and_then(|text| Partial::parse(&text)).map_err(|reason| {
            Failure::could_not_run(format_args!("failed to read `{}`: {reason}", file.display()))
        })?;
        partials.push((file.display().to_string(), partial));
    }
    let whole = merge(partials).map_err(Failure::could_not_run)?;
    if whole.partial.head.ends_with("-dirty") {
        console::say("the working tree was not committed: nothing says that all shards saw the same files");
    }
    console::print(&match args.format {
        WholeFormat::Human => whole.human(),
        WholeFormat::Json => whole.json(),
        WholeFormat::Markdown => whole.markdown(),
    });
    Ok(if whole.passes() { Exit::Clean } else { Exit::Blocked })
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
