//! `rules` on the command line.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: RulesFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// One line a rule.
    #[default]
    Human,
    /// The published schema `gatefold.rules/1`.
    Json,
}
