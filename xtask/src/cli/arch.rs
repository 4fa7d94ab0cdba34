//! The guard `arch` on the command line: its verdict.

use clap::Args;

use super::RunArgs;

#[derive(Debug, Args)]
pub(crate) struct ArchArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
}
