//! The guard `arch` on the command line: its verdict, and one action a command of its own.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::RunArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ArchArgs {
    #[command(subcommand)]
    pub(crate) action: Option<ArchAction>,
    /// Show every rule of gatefold.yaml the example in its `fails_on`, and say what it finds there.
    ///
    /// Nothing but the policy of the working tree is looked at. Told as `--format human` or `json`. A rule holds
    /// that its example breaks. Exit status: 0 every rule holds; 1 one does not, or has no example; 2 the policy is invalid.
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

#[derive(Debug, Subcommand)]
pub(crate) enum ArchAction {
    /// Draw what uses what, by layers, with what a change added and removed and what is against the policy.
    Graph(GraphArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
A picture that would have more than `--nodes` nodes is folded: the deepest modules into what holds them, then crates of one
layer, or of one folder, into one node, which says how many it stands for. What did not change is folded first, and among that
what is used least. Edges that only code for tests has are not drawn unless the policy says `tests: judged`; JSON has them.
With --base what came is green and marked +, what went is red, dashed and marked −; what breaks a rule is thick and marked ✗.

A picture informs: what blocks is the gate's to say. Exit status: 0 it is drawn; 2 wrong usage or an invalid policy; 3 the code
could not be read.

Examples:
  cargo xtask arch graph -o arch.svg                               the crates, in the layers of the policy
  cargo xtask arch graph --base main --format mermaid              what this branch does to them
  cargo xtask arch graph --by module --focus ranker -o ranker.svg  the modules of one crate, and what they touch
  cargo xtask arch graph --nodes 5000 --format json                everything, as `gatefold.arch-graph/1`")]
pub(crate) struct GraphArgs {
    /// How the picture is written [default: by the ending of FILE, else mermaid].
    #[arg(long)]
    pub(crate) format: Option<GraphFormat>,
    /// What the nodes are [default: crates, or modules where there is only one crate].
    #[arg(long)]
    pub(crate) by: Option<GraphBy>,
    /// Compare with this revision.
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Only this crate or module with all below it, what it uses and what uses it: `ranker`, `ranker::stages`.
    #[arg(long, value_name = "CRATE|MODULE")]
    pub(crate) focus: Option<String>,
    /// At most so many nodes; mermaid and svg have 200 at most.
    #[arg(long, value_name = "N", default_value_t = arch::picture::NODES)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub(crate) nodes: usize,
    /// Write it to this file [default: standard output].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A flowchart that forges draw in Markdown.
    Mermaid,
    /// The schema `gatefold.arch-graph/1`.
    Json,
    /// A drawing for light and dark pages.
    Svg,
}

/// What the nodes of a picture are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphBy {
    Crate,
    Module,
}

impl GraphArgs {
    /// The format that is asked for.
    pub(crate) fn format(&self) -> GraphFormat {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        self.format.unwrap_or(match ending {
            Some("svg") => GraphFormat::Svg,
            Some("json") => GraphFormat::Json,
            _ => GraphFormat::Mermaid,
        })
    }
}
