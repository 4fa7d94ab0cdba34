//! The guard `golden` on the command line: one action, one command of its own.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, value_parser};
use golden::partial::Shard;

use super::RunArgs;
use super::measure::MeasureArgs;
use super::mutate::MutateArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct GoldenArgs {
    #[command(subcommand)]
    pub(crate) action: Option<GoldenAction>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GoldenAction {
    /// Build and run the services, and record what they answer now. The gate still blocks until it is approved.
    Accept(AcceptArgs),
    /// Build the services, ask each in several runs, and say what differs from run to run. Writes nothing.
    Noise(NoiseArgs),
    /// Tell what became of the rankings: who is touched, by how much, and why, with a picture of every kind of change.
    Report(ReportArgs),
    /// Put the requests of a large corpus into the store, and a manifest of them where the policy says.
    Store(StoreArgs),
    /// Ask the services a shard of the corpora and write what it shows as a partial report.
    Replay(ReplayArgs),
    /// Merge the partial reports of all shards into one verdict.
    Merge(MergeArgs),
    /// Write the approved rankings of a corpus as Parquet.
    #[cfg(feature = "parquet")]
    Export(ParquetArgs),
    /// Record the rankings of a Parquet file for a corpus. The gate still blocks until it is approved.
    #[cfg(feature = "parquet")]
    Import(ParquetArgs),
    /// Plant small faults in the code that ranks, one after the other, and tell which of them the corpus cannot see.
    ///
    /// Works in a copy of the tree that is removed at the end; its build is kept for the next run. Survivors that are
    /// no holes of the corpus stand with their reasons in `services/NAME/golden/mutants.yaml`.
    Mutate(MutateArgs),
    /// Compute how much two rankings agree, and how good each of them is by judgments.
    ///
    /// Runs are read in TREC's format, `topic Q0 document rank score tag`, in the order of the column `rank`: no list is
    /// re-sorted unless `--order` says so. `--pairs` reads `{"pairs": [{"id", "a", "b"}], "eval": [{"id", "qrels", "run"}]}`,
    /// a and b as lists of tie groups. golden/MEASURES.md defines every measure.
    Measure(MeasureArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
By default head's recorded rankings are compared with the base's, and nothing is run. A report informs: what blocks is the gate's
to say. Exit status: 0 it is written, whatever it shows; 2 wrong usage or an invalid policy; 3 a corpus could not be read.

Examples:
  cargo xtask golden report                                     what this change recorded anew
  cargo xtask golden report --html report.html                  the same as a page with pictures
  cargo xtask golden report --live --html report.html           what the services built from head answer
  cargo xtask golden report --markdown comment.md parts/*.json  out of partial reports")]
pub(crate) struct ReportArgs {
    /// Partial reports of `golden replay`, all shards of them.
    #[arg(value_name = "PARTIAL")]
    pub(crate) partials: Vec<PathBuf>,
    /// Build the services, ask them, and compare what they answer with what head has recorded.
    #[arg(long, conflicts_with = "partials")]
    pub(crate) live: bool,
    /// Compare with this revision, or `none` [default: where HEAD left the default branch].
    #[arg(long, value_name = "REV|none")]
    pub(crate) base: Option<String>,
    /// Also write a page that stands for itself, with pictures.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Also write Markdown, for a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// The folder of the files that manifests name [default: GATEFOLD_STORE, else the policy's `golden.store`].
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// How to print the report.
    #[arg(long, default_value = "human")]
    pub(crate) format: ReportFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a terminal.
    Human,
    /// `gatefold.golden-report/1`.
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Each service is asked in several runs first: what differs from run to run is recorded as noise, and what moves more than a ranking
may is refused. Exit status: 0 it is recorded, or was so already; 2 wrong usage or an invalid policy; 3 a service could not be asked.

Examples:
  cargo xtask golden accept                              every service with a corpus
  cargo xtask golden accept --service home --runs 20     one of them, asked more often")]
pub(crate) struct AcceptArgs {
    /// Only this service [default: every service with a corpus].
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// The folder of the files that manifests name [default: GATEFOLD_STORE, else the policy's `golden.store`].
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// In how many runs the service is asked before anything is recorded; at least 5.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u64).range(5..))]
    pub(crate) runs: u64,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Requests stand one a line, `{\"id\", \"segment\", \"request\"}`, in any order; they are sorted on the way, and in memory are their ids.
A corpus of more than 20,000 requests is kept like this; its rankings go into the store, too, with `golden accept`.

Example:
  cargo xtask golden store --corpus home --requests /data/home.jsonl --store /data/golden")]
pub(crate) struct StoreArgs {
    /// The corpus, as the policy names it.
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: String,
    /// The file of requests.
    #[arg(long, value_name = "FILE")]
    pub(crate) requests: PathBuf,
    /// The folder of the files that manifests name [default: GATEFOLD_STORE, else the policy's `golden.store`].
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A request belongs to the shard that a hash of its id says, whatever else is in the corpus. The partial is written as a whole, or
not at all. Exit status: 0 it is written, whatever it shows; 2 wrong usage or an invalid policy; 3 the shard could not be asked.

Examples:
  cargo xtask golden replay --shard 0/2 --partial parts/0.json      on one machine
  cargo xtask golden replay --shard 1/2 --partial parts/1.json      on another
  cargo xtask golden merge parts/0.json parts/1.json                the verdict")]
pub(crate) struct ReplayArgs {
    /// Which part of each corpus, K from 0 to N-1 [default: all of it].
    #[arg(long, value_name = "K/N", default_value = "0/1", hide_default_value = true)]
    pub(crate) shard: Shard,
    /// Where to write the partial report.
    #[arg(long, value_name = "FILE")]
    pub(crate) partial: PathBuf,
    /// Only this corpus; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: Vec<String>,
    /// Compare with this revision, or `none` [default: where HEAD left the default branch].
    #[arg(long, value_name = "REV|none")]
    pub(crate) base: Option<String>,
    /// The folder of the files that manifests name [default: GATEFOLD_STORE, else the policy's `golden.store`].
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Exit status: 0 every request is answered as recorded; 1 some are not; 2 wrong usage; 3 the partials are not one whole: a shard is
missing or comes twice, a file is damaged, or two were made from another head, policy, corpus or version of Gatefold.

Example:
  cargo xtask golden merge --format markdown parts/*.json")]
pub(crate) struct MergeArgs {
    /// The partial reports of all shards, in any order.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Also write a page that stands for itself, with pictures.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// How to print the verdict.
    #[arg(long, default_value = "human")]
    pub(crate) format: WholeFormat,
}

/// How a merged replay is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WholeFormat {
    /// For a terminal.
    Human,
    /// The schema `gatefold.golden-whole/1`.
    Json,
    /// For a job summary or a comment.
    Markdown,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The first run asks the requests as they stand, the second from the last to the first, each further one in an order of its own. The
service is started five times, however many runs there are. Exit status: 0 all is quiet; 1 more requests differ from run to run than
the corpus's `noise` allows, or a run differs from what is recorded by more than its noise; 3 a service could not be asked.

Example:
  cargo xtask golden noise --runs 300 --corpus home")]
pub(crate) struct NoiseArgs {
    /// In how many runs each corpus is asked; at least 5.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u64).range(5..))]
    pub(crate) runs: u64,
    /// Only this corpus [default: every corpus].
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: Option<String>,
    /// How the answer is written.
    #[arg(long, default_value = "human")]
    pub(crate) format: NoiseFormat,
}

/// How noise is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NoiseFormat {
    /// For a terminal.
    Human,
    /// The schema `gatefold.golden-noise/1`.
    Json,
}

/// A file of rankings, one row an item.
#[cfg(feature = "parquet")]
#[derive(Debug, Args)]
#[command(after_help = "\
Columns: request, segment, rank (from 1), id, score, status, model, degraded; rows in the order of request and rank. An answer
without items is one row without rank, id and score.

Examples:
  cargo xtask golden export --corpus home --parquet home.parquet
  cargo xtask golden import --corpus home --parquet home.parquet")]
pub(crate) struct ParquetArgs {
    /// The corpus, as the policy names it.
    #[arg(long, value_name = "NAME")]
    pub(crate) corpus: String,
    /// The Parquet file.
    #[arg(long, value_name = "FILE")]
    pub(crate) parquet: PathBuf,
    /// The folder of the files that manifests name [default: GATEFOLD_STORE, else the policy's `golden.store`].
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
}
