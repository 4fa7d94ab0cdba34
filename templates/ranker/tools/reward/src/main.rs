//! The command that computes beliefs from delayed outcomes.
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Parser, Subcommand};
use reward_update::{Update, UpdateError, update};
use telemetry::{Clock, SystemClock, error_chain};

/// Keeps what is believed about the long-term reward of tracks.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Computes beliefs from delayed outcomes, and replaces the file that services load.
    ///
    /// An outcome says on how many days of a period a listener came back to a track after first streaming it. There are
    /// four periods, and each is told when it is over: the first day (0), the six days after it (1), the 23 days after
    /// those (2), and the last 30 of 60 (3). A line of a log is one outcome:
    ///
    ///   {"at":1795154400,"days":3,"listener":"lst-7","period":2,"track":"trk-00017"}
    ///
    /// `at` is the end of the period in seconds since 1970. A belief is a mean and a variance of the share of the 60 days
    /// on which listeners come back. Early periods count for less than later ones, and what is long ago for less than
    /// what is recent.
    ///
    /// The logs are the truth: beliefs are computed from all of them each time, so give all that are kept. Running it
    /// twice changes nothing, an outcome that stands in two logs counts once, one that is told later with other days is
    /// a correction, and the order of lines does not matter. The file is replaced as a whole or not at all.
    #[command(verbatim_doc_comment)]
    #[command(
        after_help = "Example:\n  reward-update update --clock 2026-11-20T12:00:00Z --outcomes data/outcomes.jsonl --beliefs var/beliefs.jsonl"
    )]
    Update {
        /// A log of outcomes, JSON lines. May be given more than once.
        #[arg(long, value_name = "FILE", required = true)]
        outcomes: Vec<PathBuf>,
        /// The file of beliefs, which services load from their folder of records.
        #[arg(long, value_name = "FILE")]
        beliefs: PathBuf,
        /// The time, as 2026-11-20T12:00:00Z; by default that of the machine. What is told to have happened later is no
        /// outcome.
        #[arg(long, value_name = "RFC3339", value_parser = humantime::parse_rfc3339)]
        clock: Option<SystemTime>,
        /// The largest share of lines, 0 to 1, that may be no outcomes. If there are more, the file is left alone.
        #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = share)]
        garbage: f64,
        /// The most outcomes that are taken; each takes about a hundred bytes of memory.
        #[arg(long, value_name = "NUMBER", default_value_t = 10_000_000)]
        room: usize,
    },
}

fn main() -> ExitCode {
    let Command::Update { outcomes, beliefs, clock, garbage, room } = Args::parse().command;
    let now = clock.unwrap_or_else(|| SystemClock.now());
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    match run(&Update { outcomes, beliefs, now, garbage, room }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody reads the message, the exit code still tells.
            drop(writeln!(io::stderr(), "failed: {}", error_chain(&error)));
            ExitCode::FAILURE
        }
    }
}

fn run(asked: &Update) -> Result<(), UpdateError> {
    let summary = update(asked)?;
    let count = &summary.count;
    let mut out = io::stdout();
    for garbage in &count.shown {
        let place = format!("{}:{}", garbage.path.display(), garbage.line);
        drop(writeln!(out, "no outcome: {place}: {}", garbage.problem));
    }
    let change = if summary.changed { "written" } else { "unchanged" };
    let words = format!(
        "{} lines: {} outcomes, {} told again, {} garbage; beliefs about {} tracks, {change}",
        count.lines, count.first, count.again, count.garbage, summary.tracks
    );
    drop(writeln!(out, "{words}"));
    Ok(())
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("not between 0 and 1".to_owned()) }
}
