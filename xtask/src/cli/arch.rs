//! The guard `arch` on the command line: its verdict.

use clap::{Args, ValueEnum};

use super::RunArgs;

#[derive(Debug, Args)]
pub(crate) struct ArchArgs {
    /// Show every rule of gatefold.yaml the example in its `fails_on`, and say what it finds there.
    ///
    /// Nothing but the policy of the working tree is looked at. Told as `--format human` or `json`. Exit status: 0 every
    /// rule fails on its example; 1 one does not, or has none; 2 the policy is invalid.
    #[arg(long)]
    pub(crate) self_test: bool,
    /// Print the rules that `arch.preset` takes over, with the packages of this workspace, ready for gatefold.yaml.
    #[arg(long, value_name = "NAME", conflicts_with = "self_test")]
    pub(crate) preset: Option<Preset>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// A preset on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    /// Ports and adapters: adapters, application, ports, domain.
    Hexagonal,
    /// Ranking services: tools, services, crates, and what every service has.
    Ranker,
}

impl From<Preset> for ::arch::Preset {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::Hexagonal => ::arch::Preset::Hexagonal,
            Preset::Ranker => ::arch::Preset::Ranker,
        }
    }
}
