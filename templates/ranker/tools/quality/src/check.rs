//! `check`: what is not as expected.
use std::io::Write;

use features::read_folder;
use quality::{Level, LoadError, Profile, Report, Standard, inspect};
use std::path::PathBuf;

use crate::failure::Failure;
use crate::records::{Batch, all_in};
use crate::table;

/// What to check, and how to show it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    batch: Batch,
    /// Another reference than the one that the expectations name.
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Show what is as expected too.
    #[arg(long)]
    all: bool,
    /// Show everything as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let mut standard = args.batch.standard(all_in(&args.batch.data))?;
    if let Some(reference) = &args.reference {
        standard.reference = Some(Profile::read(reference)?);
    }
    let report = report(args, &standard)?;
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        table::write(&report, args.all, out)?;
    }
    match report.level() {
        Level::Refuse => Err(LoadError::Refused(Box::new(report)).into()),
        Level::Fine | Level::Warn => Ok(()),
    }
}

fn report(args: &Args, standard: &Standard) -> Result<Report, Failure> {
    let records = read_folder(&args.batch.data, &standard.schemas)?;
    Ok(inspect(&records, standard, args.batch.now()))
}
