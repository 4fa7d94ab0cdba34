//! The guard `contracts` on the command line: its verdict, and one action a command of its own.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::RunArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ContractsArgs {
    #[command(subcommand)]
    pub(crate) action: Option<ContractsAction>,
    /// Compare the protos with these in the place of the base's: a folder, or a set of descriptors as `buf build -o` or
    /// `protoc --include_imports --descriptor_set_out` writes it.
    ///
    /// Everything else is judged against the base as usual. For instance what is deployed: `--against deployed.binpb`.
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContractsAction {
    /// Write what the models of `contracts.models` say of themselves: a lock beside each artefact.
    ///
    /// Exit status: 0 all are written; 2 wrong usage or an invalid policy; 3 an artefact cannot be read.
    Lock(LockArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    /// Models of `contracts.models`; without a name all of them.
    pub(crate) models: Vec<String>,
}
