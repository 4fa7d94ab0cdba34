//! `rules` on the command line.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) action: Option<RulesAction>,
    #[command(flatten)]
    pub(crate) told: RulesTold,
}

#[derive(Debug, Args)]
pub(crate) struct RulesTold {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: RulesFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesAction {
    /// Run the examples of the rules that gatefold.yaml declares, and say what each finds.
    ///
    /// Those under `lints.house` (`bad`, `good`) and those under `arch` (`fails_on`). Of the working tree only the policy is
    /// looked at; where a house rule says `within` or `except`, the code, too, for whether there is such a place. JSON is
    /// `gatefold.rules-test/1`. Exit status: 0 every example is judged as it says; 1 one is not, a rule of `arch` has none,
    /// or a place of a house rule is not there; 2 the policy is invalid.
    #[command(after_help = "\
Examples:
  cargo xtask rules test
  cargo xtask rules test --root templates/ranker
  cargo xtask rules test --format json | jq -r '.examples[] | select(.holds | not).rule'")]
    Test(RulesTold),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// One line a rule.
    #[default]
    Human,
    /// The published schema `gatefold.rules/1`.
    Json,
}
