//! The command that checks batches of records, profiles them, and loads them into Redis.
mod check;
mod failure;
mod load;
mod profile;
mod records;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use quality::CHECKS;

/// Checks batches of records before services read them.
///
/// A batch is a folder with a JSON Lines file for each kind of record, such as `tracks.jsonl`. What its records have to be
/// like stands in `quality.yaml`: above the limit `warn` a measure is reported, above `refuse` the batch is not served,
/// neither by a service that reads the folder nor by `load`.
#[derive(Debug, Parser)]
#[command(version, after_long_help = after_help())]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks the records of a folder, and shows what is not as expected.
    Check(check::Args),
    /// Writes what the records of a folder are like, as the reference that later ones are compared with.
    Profile(profile::Args),
    /// Checks the records of a folder, then lets all services that read a Redis server see them at once.
    Load(load::Args),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let out = &mut io::stdout().lock();
    let done = match Args::parse().command {
        Command::Check(args) => check::run(&args, out),
        Command::Profile(args) => profile::run(&args, out),
        Command::Load(args) => load::run(&args, out).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If even standard error is closed there is nobody to tell.
            drop(writeln!(io::stderr(), "error: {}", telemetry::error_chain(&failure)));
            failure.code()
        }
    }
}

fn after_help() -> String {
    let checks: String =
        CHECKS.iter().map(|check| format!("  {:<11} {}\n", check.name, check.summary)).collect();
    format!(
        "Checks:\n{checks}\n\
         Exit codes:\n  \
         0  the batch can be served, perhaps with warnings\n  \
         1  the batch is refused: a measure is above its limit, or a file is malformed or too large\n  \
         2  there is no verdict: wrong usage, a file that cannot be read, a server that does not answer"
    )
}
