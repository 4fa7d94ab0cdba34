//! The arguments of `init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::stamp::Judge;

#[derive(Debug, Args)]
#[command(after_help = "\
Without --apply nothing is written: the plan lists each file with its reason, then the diffs. With it, all is written or nothing,
and what was there is kept below `gatefold/backup/` in git's own folder. A second time there is nothing to do.

What is put in: gatefold.yaml, which only observes, with layers proposed from the crate graph as it is; hooks, denied paths and
INSTA_UPDATE=no merged into .claude/settings.json, and the launcher of the hooks; a line of CODEOWNERS for approvals/, or with
--signer alone a line of approvals/allowed_signers; with --judge the workflows for the forge that the repository is on, or that
--forge names. .gatefold/installed.json says what was put in: commit it, and --remove takes out exactly that, on any machine. What
somebody changed since stays theirs, and is named.

Several workspaces of one repository are put in one by one. Each is judged in CI by wiring of its own name, as gatefold-NAME.yml
with the job gatefold-NAME to require; launcher, settings and CODEOWNERS serve all of them and go with the last.

The judge is the installed binary. With --xtask a crate xtask/ is written as well, for `cargo xtask` at the root: it has a lock
file of its own, so that your workspace is built as before.

Exit status: 0 the plan is shown, or carried out; 2 wrong usage, or a file that cannot be merged; 3 it could not be written.

Examples:
  gatefold init                                        the plan for the workspace around here
  gatefold init --apply --owner @acme/rankers          carry it out; the team is asked about approvals
  gatefold init backend --judge acme/gatefold@COMMIT   a workspace in a subfolder, with CI
  gatefold init --apply --signer mira@example.com ~/.ssh/id_ed25519.pub --forge gitlab --judge acme/gatefold@COMMIT
  gatefold init --remove                               what would be taken out; --apply does it
  gatefold init --format json                          the plan for a program")]
pub(crate) struct InitArgs {
    /// The workspace [default: the one around the current folder].
    pub(crate) path: Option<PathBuf>,
    /// Write what the plan says.
    #[arg(long)]
    pub(crate) apply: bool,
    /// Take out what was put in.
    #[arg(long, conflicts_with_all = ["owner", "signer", "judge", "forge", "xtask", "git_hooks"])]
    pub(crate) remove: bool,
    /// Who is asked about approvals: a user or team, as CODEOWNERS names them.
    #[arg(long, value_name = "@OWNER", value_parser = owner)]
    pub(crate) owner: Option<String>,
    /// Somebody who may approve, and the file with their public SSH key; may be given several times.
    #[arg(long, num_args = 2, value_names = ["NAME", "KEYFILE"])]
    pub(crate) signer: Vec<String>,
    /// The Gatefold that judges in CI: a repository on your forge and the full id of a commit that you have read.
    #[arg(long, value_name = "OWNER/NAME@COMMIT")]
    pub(crate) judge: Option<Judge>,
    /// The forge whose CI runs the gate [default: the one that the repository's files or remotes name].
    #[arg(long, value_name = "FORGE")]
    pub(crate) forge: Option<ForgeArg>,
    /// Also write a crate for `cargo xtask`; needs --judge.
    #[arg(long)]
    pub(crate) xtask: bool,
    /// Also put git's hooks into this clone: pre-commit and pre-push.
    #[arg(long)]
    pub(crate) git_hooks: bool,
    /// How to tell the plan.
    #[arg(long, default_value = "human")]
    pub(crate) format: InitFormat,
}

/// A forge on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForgeArg {
    /// A workflow below `.github/workflows`.
    Github,
    /// A file that `.gitlab-ci.yml` includes.
    Gitlab,
    /// No files for CI.
    None,
}

/// How a plan is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InitFormat {
    /// Diffs for people.
    Human,
    /// `gatefold.init/1` for programs.
    Json,
}

/// One owner, as CODEOWNERS names them.
pub(super) fn owner(text: &str) -> Result<String, String> {
    let is_name = text.starts_with('@') || text.contains('@');
    let is_one = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_graphic() && letter != '#');
    match is_name && is_one {
        true => Ok(text.to_owned()),
        false => Err("name one as CODEOWNERS does: @user, @group/team or an address".to_owned()),
    }
}
