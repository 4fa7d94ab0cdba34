//! `doctor` on the command line.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "\
Looked at: the programs that guards ask, the hooks of Claude Code that would run if it were started in this folder, the launcher
and the binary that it finds, the hooks of Codex CLI and of git, whether CI asks the gate, whether the forge asks a code owner
about approvals, and every guard. What is wrong is told with what mends it. Nothing of the judged tree is executed, and nothing
is written. Where several folders of the repository are gated and none around this one, each of them is looked at.

Exit status: 0 all that is there is well; 1 there is something to mend; 3 something could not be looked at.

Examples:
  cargo xtask doctor                     what would really run from this folder
  cargo xtask doctor --format json       the same for programs, as `gatefold.doctor/1`")]
pub(crate) struct DoctorArgs {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DoctorFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    /// A line for each thing that was looked at.
    #[default]
    Human,
    /// `gatefold.doctor/1`.
    Json,
}
