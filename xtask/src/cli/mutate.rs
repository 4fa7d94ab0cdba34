//! `golden mutate` on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask golden mutate --list                                  which faults would be planted
  cargo xtask golden mutate --service home --only stages-swapped    those of one kind in one service
  cargo xtask golden mutate --minimum 80 --format json-lines        at night, where a run may be cut short")]
pub(crate) struct MutateArgs {
    /// Only this service [default: every service with a corpus].
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// Only mutants with this id, of this operator, or in this file or folder; may be given more than once.
    #[arg(long, value_name = "ID|OPERATOR|PATH")]
    pub(crate) only: Vec<String>,
    /// Say which mutants there are, and try none.
    #[arg(long)]
    pub(crate) list: bool,
    /// The share of mutants in percent that must be seen, of those that could be.
    #[arg(long, value_name = "PERCENT", default_value_t = 90, value_parser = value_parser!(u8).range(0..=100))]
    pub(crate) minimum: u8,
    /// How long the build of one mutant may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = value_parser!(u64).range(1..=86_400))]
    pub(crate) timeout: u64,
    /// Where the copy lies and its build is kept [default: the user's cache folder; in CI a temporary one].
    #[arg(long, value_name = "DIR")]
    pub(crate) build_dir: Option<PathBuf>,
    /// For people, or with every mutant for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: MutateFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MutateFormat {
    /// Survivors with their diffs as they are found, and counts.
    #[default]
    Human,
    /// `gatefold.mutants/1`, at the end.
    Json,
    /// Every mutant of `gatefold.mutants/1` on a line of its own as soon as it was tried, and each service with its
    /// counts on a line after them: a run that is cut short loses nothing.
    JsonLines,
}
