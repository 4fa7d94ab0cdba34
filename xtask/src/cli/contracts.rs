//! The guard `contracts` on the command line: its verdict, and one action a command of its own.

use clap::Args;

use super::RunArgs;

#[derive(Debug, Args)]
pub(crate) struct ContractsArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
}
