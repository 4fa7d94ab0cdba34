//! `golden measure` on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask golden measure --run new.run --against old.run                    how much two runs agree
  cargo xtask golden measure --run new.run --against old.run --qrels judged.qrels --k 10 --per-query
  cargo xtask golden measure --pairs lists.json --measures rbo --format json    lists that are no runs")]
pub(crate) struct MeasureArgs {
    /// The run that is measured.
    #[arg(long, value_name = "FILE", requires = "against")]
    pub(crate) run: Option<PathBuf>,
    /// The run that it is measured against.
    #[arg(long, value_name = "FILE", requires = "run")]
    pub(crate) against: Option<PathBuf>,
    /// What people judged: TREC's `topic iteration document grade`, or JSON lines of `{"request", "item", "grade"}`.
    #[arg(long, value_name = "FILE", requires = "run")]
    pub(crate) qrels: Option<PathBuf>,
    /// Lists in JSON in the place of runs.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["run", "against", "qrels"])]
    pub(crate) pairs: Option<PathBuf>,
    /// How many items from the top are looked at [default: 10 for runs, 1,3,5,10,20,50 for pairs].
    #[arg(long, value_name = "K,..", value_delimiter = ',')]
    pub(crate) k: Vec<usize>,
    /// The parameter of measures that have one [default: what is usual for each].
    #[arg(long, value_name = "P,..", value_delimiter = ',')]
    pub(crate) p: Vec<f64>,
    /// Only these measures: names, or how names begin [default: all].
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    pub(crate) measures: Vec<String>,
    /// In which order a run is read.
    #[arg(long, default_value = "rank")]
    pub(crate) order: RunOrder,
    /// Also tell the values of each topic.
    #[arg(long)]
    pub(crate) per_query: bool,
    /// How to print them.
    #[arg(long, default_value = "human")]
    pub(crate) format: MeasureFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunOrder {
    /// By the column `rank`, which is what was returned.
    Rank,
    /// By score, equal scores by document downwards: trec_eval 10.
    Score,
    /// The same with scores of 32 bits: trec_eval 9, pytrec_eval.
    #[value(name = "trec_eval", alias = "trec-eval")]
    TrecEval,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MeasureFormat {
    /// For a terminal.
    #[value(alias = "table")]
    Human,
    /// `gatefold.measures/1`.
    Json,
}
