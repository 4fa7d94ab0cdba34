//! `stats` on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "\
Reports are what `--output json=FILE` wrote. They belong to one change where they carry the same name of it (in CI the number of
the request, else the branch, or GATEFOLD_CHANGE), else where they lie in one folder and have the same base. Within a change the
names of the files say what came first, numbers in them as numbers.

  fired      findings that were new in a change, each once a change
  fixed      of those, the ones that the change's last report no longer has, though the guard looked
  excepted   findings that an exception in the code covers, each once over all reports
  approved   findings that an approval covers, likewise
  let go     findings for which the hooks stopped sending an agent back, each once a session; CI decided about them

An agent is whom the trailers of the change's commits name (Co-authored-by of known agents, Assisted-by, Generated-by, Agent). What
was let go stands under `(in sessions)`: a session has no commits yet.

Other files below a folder, or under a pattern, are passed over and counted as such. One that begins as a report and is torn, or
is of another version, is named, and so is one that is called by its name and is none.

Exit status: 0 counted; 2 there is no report; 3 a report could not be read: the rest is counted, and it is named.

Examples:
  cargo xtask stats reports/                                 every report below a folder
  cargo xtask stats 'reports/*/gate-*.json' --format csv     for a spreadsheet
  cargo xtask stats reports/ --by agent                      what each agent brought")]
pub(crate) struct StatsArgs {
    /// Files, folders or patterns.
    #[arg(required = true, value_name = "REPORTS")]
    pub(crate) reports: Vec<PathBuf>,
    /// What to count by [default: both].
    #[arg(long, value_enum)]
    pub(crate) by: Option<StatsBy>,
    /// What the hooks let go [default: `gatefold/let-go.jsonl` in the git folder around the current one].
    #[arg(long, value_name = "FILE")]
    pub(crate) let_go: Vec<PathBuf>,
    /// A table for people, or for programs.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatsFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsBy {
    /// A line for each rule.
    Rule,
    /// A line for each agent.
    Agent,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// Tables.
    #[default]
    Human,
    /// `gatefold.stats/1`.
    Json,
    /// Columns `by`, `name`, and the counts.
    Csv,
}
