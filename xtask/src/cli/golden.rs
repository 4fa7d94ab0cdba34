//! The guard `golden` on the command line: one action, one command of its own.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::RunArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct GoldenArgs {
    #[command(subcommand)]
    pub(crate) action: Option<GoldenAction>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GoldenAction {
    /// Build and run the services, and record what they answer now. The gate still blocks until it is approved.
    Accept(AcceptArgs),
    /// Tell what became of the rankings: who is touched, by how much, and why, with a picture of every kind of change.
    ///
    /// Without partial reports, head's recorded rankings against the base's; nothing is run then. For instance
    /// `cargo xtask golden report --html report.html`.
    Report(ReportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Partial reports of `golden replay`, all shards of one corpus or of several.
    #[arg(value_name = "PARTIAL")]
    pub(crate) partials: Vec<PathBuf>,
    /// Compare with this revision, or `none` [default: where HEAD left the default branch].
    #[arg(long, value_name = "REV|none")]
    pub(crate) base: Option<String>,
    /// Also write a page that stands for itself, with pictures.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Also write Markdown, for a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// How to print the report.
    #[arg(long, default_value = "human")]
    pub(crate) format: ReportFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal.
    Human,
    /// `gatefold.golden-report/1`.
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// Only this service [default: every service with a corpus].
    #[arg(long)]
    pub(crate) service: Option<String>,
}
