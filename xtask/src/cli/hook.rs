//! `hook`: events of coding agents' clients and of git, and the binary that answers them.

use clap::{Args, Subcommand};

use super::examples;

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Answer one event of Claude Code on standard input. Always ends with 0.
    #[command(after_help = examples::HOOK_CLAUDE_CODE)]
    ClaudeCode,
    /// Answer one event of Codex CLI on standard input. Always ends with 0.
    #[command(after_help = examples::HOOK_CODEX)]
    Codex,
    /// Judge what is about to be committed or pushed, for git's own hooks. Ends with 1 to block, else with 0.
    #[command(after_help = examples::HOOK_GIT)]
    Git {
        /// `pre-commit` or `pre-push`.
        hook: String,
        /// What git hands to the hook.
        arguments: Vec<String>,
    },
    /// Put this binary where the launcher of the hooks finds it, and take away those that nobody asks for any more.
    Install(InstallArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
The binary lies in `gatefold/bin/KEY/` in the git folder that all worktrees share. In a repository with an `xtask` crate that
stands on Gatefold, the key is that of the base's sources: the crate, what it reaches by path, and Cargo.lock. Where the working
tree has other sources than the base nothing is installed, since a change would then be judged by its own rules. In any other
repository the key is the version of this binary.

Exit status: 0 installed; 2 this binary is not what the base asks for; 3 it could not be written.

Examples:
  cargo xtask hook install                      installs the judge; where an `xtask` crate is the judge, builds it first
  git worktree add ../base main && cd ../base && cargo xtask hook install
                                                while the rules are being edited: the base's judge, for all worktrees")]
pub(crate) struct InstallArgs {}
