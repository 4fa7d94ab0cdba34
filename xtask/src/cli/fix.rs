//! `fix` on the command line.

use clap::Args;

use super::BaseArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
What is fixed is what the change brings; with `--base none` everything. A fix is safe where the code means the same afterwards, but
for the fault. Of two that overlap, the first is applied, and running it again applies the other. A file that was changed while
this ran stays as it is.

Exit status: 0 what could be applied is; 2 wrong usage or an invalid policy; 3 a file could not be read or written, or was changed.

Examples:
  cargo xtask fix                       apply what is safe
  cargo xtask fix --dry-run             print it as a diff
  cargo xtask fix --base none           the same for findings that the base has, too")]
pub(crate) struct FixArgs {
    /// Apply fixes that somebody must read, too.
    #[arg(long = "unsafe")]
    pub(crate) even_unsafe: bool,
    /// Write nothing; print a diff.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) against: BaseArgs,
}
