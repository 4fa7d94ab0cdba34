//! `census`: what every rule finds in published code, and what a change of a rule does to that.

mod sources;
mod told;

use std::path::Path;
use std::time::Duration;

use findings::Exit;
use lints::census::{self, Census, Records, Unread};

use crate::cli::CensusArgs;
use crate::command::rules::checkout;
use crate::console;
use crate::failure::Failure;
use crate::surroundings::{self, Env};

/// Looks at every pinned source and tells what differs from what is committed.
pub(crate) fn run(args: &CensusArgs, start: &Path, env: Env<'_>) -> Result<Exit, Failure> {
    known(&args.rules)?;
    let folder = checkout(start, "census")?.join("lints/census");
    let records = Records::read(&folder).map_err(failed)?;
    if records.pinned.is_empty() {
        return Err(Failure::usage("lints/census/crates.tsv names no crate"));
    }

    let (census, unread, spent) = look(&records, env)?;
    let asked = |rule: &str| args.rules.is_empty() || args.rules.iter().any(|id| id == rule);
    let changes = census::changes(&records.census, &census, &asked);
    console::print(&told::rates(&census, &asked));
    console::print(&told::changes(&changes));
    console::print(&told::unread(&records, &unread));
    console::print(&told::speed(&census, spent));

    let is_read = records.unexplained(&unread).is_empty() && records.stale(&unread).is_empty();
    if args.accept {
        census.write(&folder).map_err(failed)?;
        console::say("wrote lints/census; `cargo xtask docs` writes the table");
    } else if !changes.is_empty() || census.sizes != records.census.sizes {
        console::say("error: lints/census is out of date; look at what changed, then run it with `--accept`");
        return Ok(Exit::Blocked);
    }
    Ok(if is_read { Exit::Clean } else { Exit::Blocked })
}

/// Refuses the id of no lint.
fn known(ids: &[String]) -> Result<(), Failure> {
    match ids.iter().find(|id| !lints::RULES.iter().any(|rule| rule.id == **id)) {
        Some(id) => {
            let meant = policy::did_you_mean(id, lints::RULES.iter().map(|rule| rule.id));
            Err(Failure::usage(format_args!("`lints` has no rule `{id}`{meant} (`rules` lists them all)")))
        }
        None => Ok(()),
    }
}

/// What all sources gave, what could not be read, and the processor time without the fetching, where it is known.
fn look(records: &Records, env: Env<'_>) -> Result<(Census, Vec<Unread>, Option<Duration>), Failure> {
    let sources = sources::Sources::new(env)?;
    let mut census = Census::default();
    let mut unread = Vec::new();
    let mut spent = Some(Duration::ZERO);
    for (at, source) in records.pinned.iter().enumerate() {
        console::progress(format_args!("{at} of {}: {}", records.pinned.len(), source.folder()));
        let folder = sources.get(source)?;
        let before = surroundings::processor_time();
        let measured = census::measure(source, &folder).map_err(failed)?;
        let after = surroundings::processor_time();
        spent =
            spent.zip(before.zip(after)).map(|(spent, (before, after))| spent + after.saturating_sub(before));
        census.take(source, &measured);
        unread.extend(measured.unread);
    }
    console::end_progress();
    Ok((census, unread, spent))
}

fn failed(error: census::Error) -> Failure {
    match error {
        census::Error::Line { .. } => Failure::usage(error),
        _ => Failure::could_not_run(error),
    }
}
