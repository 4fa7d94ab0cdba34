//! The arguments of `new`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::init::owner;
use crate::stamp::Judge;

#[derive(Debug, Subcommand)]
pub(crate) enum NewCommand {
    /// Add a service to a workspace: a copy of the smallest complete one under another name, registered and tested.
    Service(NewServiceArgs),
    /// Write a whole workspace: the crates, a first service, the policy, CI, hooks.
    Workspace(NewWorkspaceArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The copy is made from `services/mould` of the workspace, or, where there is none, from the one that this binary carries. The
name is put in wherever the mould's stands, in each casing: `night-owl` for the package, the folder and labels, `night_owl` for
the crate in code, the proto and metrics, `NightOwl` for types and the proto's service, `NIGHT_OWL` for constants, `Night Owl`
in prose. The service is registered in Cargo.toml, Cargo.lock, README.md and gatefold.yaml, of which every other line stays as
it is. It passes the gate at once: what joins an existing layer needs no approval.

Nothing is written unless everything can be. Exit status: 0 written; 2 the name or the workspace does not do; 3 it could not be
written.

Examples:
  cargo xtask new service night-owl --root templates/ranker
  cargo xtask new service night-owl --dry-run                  what would be written")]
pub(crate) struct NewServiceArgs {
    /// The service's name in kebab-case, for instance `night-owl`.
    pub(crate) name: String,
    /// Write nothing; list what would be written.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The template is part of this binary, so that no checkout of Gatefold is needed: crates of stages, features, models, experiments
and telemetry, one service that ranks and is tested, the records that it ranks with, a model to try, gatefold.yaml, a GitHub
workflow, the hooks of Claude Code, and a README that says what is left to do.

Who approves and who judges is said before the first commit: by --signer or --owner, and by --judge. Later the base trusts nobody
who could let the first key pass.

The path must be new or empty, and outside every other workspace. Nothing is written unless everything can be. Exit status: 0
written; 2 the name or the path does not do; 3 it could not be written.

Examples:
  gatefold new workspace ../night-radio --name night-radio --service queue
  gatefold new workspace ../night-radio --signer mira@example.com ~/.ssh/id_ed25519.pub --judge acme/gatefold@COMMIT
  gatefold new workspace ../night-radio --dry-run                             what would be written")]
pub(crate) struct NewWorkspaceArgs {
    /// The folder to write, which is new or empty.
    pub(crate) path: PathBuf,
    /// The workspace's name in kebab-case [default: the folder's].
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The first service's name in kebab-case; `mould` keeps it as what the next ones are stamped from [default: the
    /// workspace's].
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// Somebody who may approve, and the file with their public SSH key; may be given several times.
    #[arg(long, num_args = 2, value_names = ["NAME", "KEYFILE"])]
    pub(crate) signer: Vec<String>,
    /// The code owner whom the forge asks about approvals: a user or team, as CODEOWNERS names them.
    #[arg(long, value_name = "@OWNER", value_parser = owner)]
    pub(crate) owner: Option<String>,
    /// The Gatefold that judges in CI: a repository on GitHub and the full id of a commit that you have read.
    #[arg(long, value_name = "OWNER/NAME@COMMIT")]
    pub(crate) judge: Option<Judge>,
    /// Write nothing; list what would be written.
    #[arg(long)]
    pub(crate) dry_run: bool,
}
