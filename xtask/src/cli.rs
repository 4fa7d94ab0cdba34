//! The command line, as clap reads it.

mod arch;
mod census;
mod contracts;
mod doctor;
mod examples;
mod fix;
mod golden;
#[cfg(test)]
mod help;
mod hook;
mod init;
mod manual;
mod measure;
mod mutate;
mod naming;
mod new;
mod rules;
mod stats;
#[cfg(test)]
mod wiring;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use findings::Tier;

pub(crate) use arch::{ArchAction, ArchArgs, GraphArgs, GraphBy, GraphFormat};
pub(crate) use census::CensusArgs;
pub(crate) use contracts::{ContractsAction, ContractsArgs, LockArgs, RecordArgs, SearchArgs};
pub(crate) use doctor::{DoctorArgs, DoctorFormat};
pub(crate) use fix::FixArgs;
#[cfg(feature = "parquet")]
pub(crate) use golden::ParquetArgs;
pub(crate) use golden::{
    AcceptArgs, GoldenAction, GoldenArgs, MergeArgs, NoiseArgs, NoiseFormat, ReplayArgs, ReportArgs,
    ReportFormat, StoreArgs, WholeFormat,
};
pub(crate) use hook::HookCommand;
pub(crate) use init::{ForgeArg, InitArgs, InitFormat};
pub(crate) use manual::{CompletionsArgs, ManArgs};
pub(crate) use measure::{MeasureArgs, MeasureFormat, RunOrder};
pub(crate) use mutate::{MutateArgs, MutateFormat};
pub(crate) use naming::{Called, command_line};
pub(crate) use new::{NewCommand, NewServiceArgs, NewWorkspaceArgs};
pub(crate) use rules::{RulesAction, RulesArgs, RulesFormat};
pub(crate) use stats::{StatsArgs, StatsBy, StatsFormat};

/// One gate for code that agents write: lints, architecture, contracts, golden rankings, integrity.
#[derive(Debug, Parser)]
#[command(name = "gatefold", bin_name = "cargo xtask", version, propagate_version = true)]
#[command(after_help = "\
Exit status: 0 nothing blocks; 1 findings block; 2 wrong usage or an invalid policy; 3 a guard could not look.

Examples:
  cargo xtask gate                              judge the working tree against its base
  cargo xtask gate --root templates/ranker      the same for a workspace in a subfolder
  cargo xtask gate --tier all                   build and run the services, too
  cargo xtask explain untied-sort               what a rule finds, why it hurts, what to do instead")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Workspace to judge [default: the nearest folder upward with a gatefold.yaml, else the Cargo workspace, else
    /// the repository].
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) root: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a change from all five sides and give one verdict.
    #[command(after_help = examples::GATE)]
    Gate(GateArgs),
    /// Only the lints: Rust syntax that hurts a latency-critical ranking service.
    #[command(after_help = examples::LINT)]
    Lint(RunArgs),
    /// Only the architecture rules of gatefold.yaml.
    #[command(after_help = examples::ARCH)]
    Arch(ArchArgs),
    /// Only the contracts: breaking proto changes; with `--tier live` scenarios against the running service.
    #[command(after_help = examples::CONTRACTS)]
    Contracts(ContractsArgs),
    /// Only the golden rankings; or record what the service answers now.
    #[command(after_help = examples::GOLDEN)]
    Golden(GoldenArgs),
    /// Only integrity: tests, snapshots, suppressions, policy and CI, base against head.
    #[command(after_help = examples::INTEGRITY)]
    Integrity(RunArgs),
    /// Apply the fixes that lints bring, where they are safe.
    Fix(FixArgs),
    /// Write the brief for whoever reviews the change: five answers, its claims beside the facts, and the evidence.
    ///
    /// May I merge; what was weakened; which listeners see something else; which caller breaks; what did nobody check. Without
    /// --html and --markdown it is printed as Markdown. Exit status: 0 whatever the brief says, since it informs and `gate`
    /// decides; 2 wrong usage or an invalid policy; 3 a guard could not look (the brief is written and says so).
    #[command(after_help = examples::REVIEW)]
    Review(ReviewArgs),
    /// List what is open and who may approve it; or write an approval of it, and sign that.
    #[command(after_help = examples::APPROVE)]
    Approve(ApproveArgs),
    /// Plant five known faults in a temporary copy and show each one caught.
    ///
    /// Exit status: 0 every fault was caught by its own guard and no other guard spoke; 1 one slipped through, or a
    /// guard spoke that had nothing to say; 3 a fault could not be planted or judged.
    #[command(after_help = examples::DRILL)]
    Drill(DrillArgs),
    /// Stamp a new service, or a whole new workspace, from the living template.
    #[command(after_help = examples::NEW)]
    New {
        #[command(subcommand)]
        what: NewCommand,
    },
    /// Put Gatefold into a repository that is there already, or take it out: shows the plan, writes with --apply.
    Init(InitArgs),
    /// Print what a rule finds, why it hurts, and what to do instead.
    #[command(after_help = examples::EXPLAIN)]
    Explain {
        /// A rule's id, for instance `untied-sort`.
        id: String,
    },
    /// List every rule with its guard, level and summary, house rules of gatefold.yaml included; or run their examples.
    #[command(after_help = examples::RULES)]
    Rules(RulesArgs),
    /// Write the generated references (RULES.md of every guard, the policy reference, the measures).
    #[command(after_help = examples::DOCS)]
    Docs {
        /// Write nothing; fail with a diff if a file is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Say what is installed, which hooks would really run from here, and what mends the rest.
    Doctor(DoctorArgs),
    /// Run every lint over published code, and show what a change of a rule does to it.
    Census(CensusArgs),
    /// Count over saved reports what each rule and each agent brought: fired, fixed, excepted, approved, let go.
    Stats(StatsArgs),
    /// Print what completes the command line in a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands.
    Man(ManArgs),
    /// Run everything that must hold before a merge: format, clippy, tests, docs and both gates.
    #[command(after_help = examples::CI)]
    Ci(CiArgs),
    /// Answer one event of a coding agent's client or of git; or install the binary that does.
    #[command(after_help = examples::HOOK)]
    Hook {
        #[command(subcommand)]
        what: HookCommand,
    },
}

/// What a change is compared with.
#[derive(Clone, Debug, Args)]
pub(crate) struct BaseArgs {
    /// Compare with this revision, or `none` for a full audit [default: where HEAD left the default branch].
    #[arg(long, value_name = "REV|none")]
    pub(crate) base: Option<String>,
    /// Accept that a base without gatefold.yaml is judged by head's policy: the adoption of Gatefold.
    #[arg(long)]
    pub(crate) bootstrap: bool,
    /// Keep facts about files in this folder [default: the user's cache folder, none where CI is set].
    #[arg(long, value_name = "DIR")]
    pub(crate) cache_dir: Option<PathBuf>,
}

/// What a guard or the gate is asked.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) against: BaseArgs,
    /// Which checks: static executes nothing of the judged tree, live builds and runs its services.
    #[arg(long, default_value = "static")]
    pub(crate) tier: TierArg,
    /// What the change does to rankings, as `Ranking-Intent` in a commit's message says it: for what is not committed.
    ///
    /// `none`, `scoped(SEGMENT[, SEGMENT..], <=5%)` or `model(NAME@VERSION)`. It joins what the commits declare; it is a
    /// claim, which is held against what moved, and never a permission.
    #[arg(long, value_name = "CLAIM")]
    pub(crate) intent: Option<::golden::intent::Claim>,
    /// How to print the report.
    #[arg(long, default_value = "human")]
    pub(crate) format: Format,
    /// Also write the report to a file in another format; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(crate) output: Vec<OutputArg>,
    /// Show known, excepted and approved findings, too.
    #[arg(long)]
    pub(crate) all: bool,
    /// Leave times out, so that two runs over one tree give the same bytes.
    #[arg(long)]
    pub(crate) no_times: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct GateArgs {
    /// Only these guards, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "GUARD")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Write the brief as a page that stands for itself.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the brief as Markdown for one comment: it begins with a marker that CI finds it by, and keeps to the 65,536
    /// characters that GitHub takes.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// The change's description, `-` for standard input: its claims stand beside what was measured, as those of the commit
    /// messages do [default: the pull or merge request's text, where CI hands it over].
    #[arg(long, value_name = "FILE")]
    pub(crate) description: Option<PathBuf>,
    /// Judge this committed revision, a deployed one for instance, and leave the working tree alone.
    ///
    /// Where more than one change landed between base and head, the brief lists them.
    #[arg(long, value_name = "REV")]
    pub(crate) head: Option<String>,
    /// Only list what landed behind `--base` up to `--head` [default: HEAD], newest first: merges and commits to the
    /// branch itself, with authors, approvals, rankings that moved, models, experiments and alerts.
    ///
    /// Nothing is judged. With `--format json`, `--html FILE` or `--markdown FILE`; 10,000 landings at most.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// Fingerprints (or the start of one) or rule ids [default: list what is open].
    pub(crate) ids: Vec<String>,
    /// Why it may pass.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Who approves: the name that the base's `approvals/allowed_signers` gives the key [default: $USER].
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// The approval ends with this day (UTC), for instance 2027-01-31.
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Let it pass for three days at most, without those whom the policy asks; it is an open finding when it ends.
    #[arg(long)]
    pub(crate) emergency: bool,
    /// Sign with this SSH key (`ssh-keygen -Y sign`; a public key uses the agent).
    #[arg(long, value_name = "FILE")]
    pub(crate) sign_with: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DrillArgs {
    /// Which faults: static ones need no build, live ones build and run the service.
    #[arg(long, default_value = "static")]
    pub(crate) tier: TierArg,
    /// Keep the temporary copies and say where they are.
    #[arg(long)]
    pub(crate) keep: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CiArgs {
    /// Compare with this revision in both gates [default: the event's base, else a full audit].
    #[arg(long, value_name = "REV|none")]
    pub(crate) base: Option<String>,
    /// Only these steps, by name, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "STEP")]
    pub(crate) only: Vec<String>,
}

/// A tier on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TierArg {
    Static,
    Live,
    All,
}

impl From<TierArg> for Tier {
    fn from(tier: TierArg) -> Self {
        match tier {
            TierArg::Static => Tier::Static,
            TierArg::Live => Tier::Live,
            TierArg::All => Tier::All,
        }
    }
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal, with source excerpts.
    Human,
    /// The published schema `gatefold.report/1`.
    Json,
    /// SARIF 2.1.0, for GitHub's code scanning and for editors.
    Sarif,
    /// Workflow commands that GitHub shows as annotations.
    Github,
    /// GitLab's code quality list, for its merge requests.
    Gitlab,
    /// JUnit's XML: a test suite for each guard.
    Junit,
    /// For a job summary or a comment.
    Markdown,
}

/// `FORMAT=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputArg {
    pub(crate) format: Format,
    pub(crate) file: PathBuf,
}

impl std::str::FromStr for OutputArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) =
            text.split_once('=').ok_or("write it as FORMAT=FILE, for instance json=report.json")?;
        if file.is_empty() {
            return Err("the file's name is missing behind `=`".to_owned());
        }
        let format = Format::from_str(format, true).map_err(|_| {
            let known: Vec<_> =
                Format::value_variants().iter().filter_map(Format::to_possible_value).collect();
            let known: Vec<_> = known.iter().map(PossibleValue::get_name).collect();
            let meant = policy::did_you_mean(format, known.iter().copied());
            format!("there is no format `{format}`; there are {}{meant}", known.join(", "))
        })?;
        Ok(OutputArg { format, file: PathBuf::from(file) })
    }
}
