//! `census` on the command line.

use clap::Args;

#[derive(Debug, Args)]
#[command(after_help = "\
The sources are those of lints/census/crates.tsv. What cargo has not unpacked yet it is asked for, one crate at a time; nothing
of it is built or run. Hits are compared with those that are committed in lints/census.

Processor time is that of this process, for reading, resolving and all rules.

Exit status: 0 what is committed is what the rules find; 1 something differs, or a file cannot be parsed and lints/census/unread.tsv
does not say why; 2 a file of the census is broken; 3 a source could not be had.

Examples:
  cargo xtask census                                     every rule, with what changed
  cargo xtask census --rule untied-sort                  only what this rule finds
  cargo xtask census --accept                            write what was found, then `cargo xtask docs`")]
pub(crate) struct CensusArgs {
    /// Tell only of this rule; may be repeated.
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) rules: Vec<String>,
    /// Write what was found into lints/census.
    #[arg(long, conflicts_with = "rules")]
    pub(crate) accept: bool,
}
