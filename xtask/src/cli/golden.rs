//! The guard `golden` on the command line: one action, one command of its own.

use clap::{Args, Subcommand};

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
}

#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    /// Only this service [default: every service with a corpus].
    #[arg(long)]
    pub(crate) service: Option<String>,
}
