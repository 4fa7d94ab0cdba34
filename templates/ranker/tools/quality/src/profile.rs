//! `profile`: what records are like, for later ones to be compared with.
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use features::read_folder;
use quality::{Expectations, Profile};

use crate::failure::Failure;
use crate::records::all_in;

const HEAD: &str = "# Written by `cargo run -p quality-check -- profile`. What records used to be like.\n";

/// What to profile, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the records [default: this workspace's data].
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data"), hide_default_value = true)]
    data: PathBuf,
    /// What records have to be like, which says what of them is compared [default: this workspace's data/quality.yaml].
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/quality.yaml"), hide_default_value = true)]
    expectations: PathBuf,
    /// The file to write [default: this workspace's data/profile.yaml].
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/profile.yaml"), hide_default_value = true)]
    to: PathBuf,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let schemas = all_in(&args.data);
    let records = read_folder(&args.data, &schemas)?;
    let expectations = Expectations::read(&args.expectations, &schemas)?;
    let text = HEAD.to_owned() + &serde_yaml::to_string(&Profile::of(&records, &schemas, &expectations))?;
    fs::write(&args.to, text).map_err(|source| Failure::Unwritable { path: args.to.clone(), source })?;
    writeln!(out, "{} records are the reference {}", records.len(), args.to.display())?;
    Ok(())
}
