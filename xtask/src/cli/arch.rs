//! The guard `arch` on the command line: its verdict.

use clap::Args;

use super::RunArgs;

#[derive(Debug, Args)]
pub(crate) struct ArchArgs {
    /// Show every rule of gatefold.yaml the example in its `fails_on`, and say what it finds there.
    ///
    /// Nothing but the policy of the working tree is looked at. Told as `--format human` or `json`. Exit status: 0 every
    /// rule fails on its example; 1 one does not, or has none; 2 the policy is invalid.
    #[arg(long)]
    pub(crate) self_test: bool,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}
