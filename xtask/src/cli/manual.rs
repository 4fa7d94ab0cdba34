//! `completions` and `man` on the command line.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
#[command(after_help = "\
They complete `gatefold`, the installed binary; `cargo xtask` is completed by cargo's own.

Examples:
  gatefold completions bash > ~/.local/share/bash-completion/completions/gatefold
  gatefold completions zsh > ~/.zfunc/_gatefold                  with ~/.zfunc in fpath before compinit
  gatefold completions fish > ~/.config/fish/completions/gatefold.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "bash|elvish|fish|powershell|zsh")]
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gatefold man | man -l -                                        read it at once
  gatefold man --dir ~/.local/share/man/man1                     a page for each command, for `man gatefold-gate`")]
pub(crate) struct ManArgs {
    /// Write a page for each command into this folder, and print nothing.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}
