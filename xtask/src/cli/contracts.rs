//! The guard `contracts` on the command line: its verdict, and one action a command of its own.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::RunArgs;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ContractsArgs {
    #[command(subcommand)]
    pub(crate) action: Option<ContractsAction>,
    /// Compare the protos with these in the place of the base's: a folder, or a set of descriptors as `buf build -o` or
    /// `protoc --include_imports --descriptor_set_out` writes it.
    ///
    /// Everything else is judged against the base as usual. For instance what is deployed: `--against deployed.binpb`.
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    /// Ask a running server by gRPC reflection what it serves, and compare that with the working tree's protos. Nothing
    /// else is judged.
    ///
    /// Exit status: 0 it serves what is committed; 1 it does not; 2 wrong usage or an invalid policy; 3 it cannot be asked.
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "against")]
    pub(crate) endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ContractsAction {
    /// Write what the models of `contracts.models` say of themselves: a lock beside each artefact.
    ///
    /// Exit status: 0 all are written; 2 wrong usage or an invalid policy; 3 an artefact cannot be read.
    Lock(LockArgs),
    /// Look for requests that break a law of the scenario files where the gate does not look: under another seed, in more
    /// cases. Builds and starts the services; judges nothing.
    ///
    /// Exit status: 0 none was found; 1 some were; 2 wrong usage, an invalid policy, or no property that could be asked; 3 a
    /// service cannot be asked.
    Search(SearchArgs),
    /// Build and start the service of a model, and record what it tells the model and what comes of it: its replay set.
    ///
    /// The gate judges by what the base recorded as long as the model is the same. Exit status: 0 it is written; 2 wrong
    /// usage or an invalid policy; 3 the service does not start or answer, or its answers show nothing to record.
    Record(RecordArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask contracts search --cases 10000             far more requests than the gate makes
  cargo xtask contracts search --seed 7 --save           another beginning; what is found is asked first from then on")]
pub(crate) struct SearchArgs {
    /// What chance begins with; without it what each property says.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How many requests are made of each property, between 1 and 100,000; without it as many as it says.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=contracts::MOST_CASES))]
    pub(crate) cases: Option<u64>,
    /// Save what is found beside the scenario files, in `regressions/`, where the gate asks it first.
    #[arg(long)]
    pub(crate) save: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask contracts lock                             every model of the policy
  cargo xtask contracts lock home-rank                   one of them, after a retrain")]
pub(crate) struct LockArgs {
    /// Models of `contracts.models`; without a name all of them.
    pub(crate) models: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask contracts record home-rank                 asks the requests of the set that is there once more
  cargo xtask contracts record home-rank --from services/home/golden/requests.jsonl --count 200
  cargo xtask contracts record home-rank --service home --from requests.jsonl --with '{\"explain\": true}'")]
pub(crate) struct RecordArgs {
    /// A model of `contracts.models` that has a `replay`.
    pub(crate) model: String,
    /// Which of its services, where it has a replay with several.
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// JSON lines with `id` and `request` each, as the corpora of `golden` have them. Without it the requests of the set
    /// that is there are asked again.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// How many of them at most, spread over the file. Needs `--from`.
    #[arg(long, value_name = "N", requires = "from", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) count: Option<u32>,
    /// What every request has besides, as JSON: for instance `{"explain": true}`. Needs `--from`: the requests of the set
    /// that is there have it already.
    #[arg(long, value_name = "JSON", requires = "from")]
    pub(crate) with: Option<String>,
}
