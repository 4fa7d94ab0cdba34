//! Says what came of experiments.
use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::{Parser, Subcommand};
use experiment::{
    ALPHA, Event, ExperimentReport, Ledger, Report, Simulation, Truth, Writer, assign, read, simulate, text,
};
use experiments::{Assignments, Experiment, Exposure, Outcome};
use indicatif::{ProgressBar, ProgressStyle};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/example.yaml");

const STATUSES: &str = "\
Exit status:
  0  done, and nothing calls for action
  1  an arm is harmful or an experiment is invalid
  2  wrong usage
  3  a file cannot be read or written, or the experiments are not right

Try it:
  experiment simulate --truth better --out var/example
  experiment report --config tools/experiment/example.yaml --at 2026-12-14 \\
    --exposures var/example/exposures.jsonl --outcomes var/example/outcomes.jsonl";

/// Says what came of experiments: which arm may be shipped, which does harm, and whether the numbers can be trusted.
#[derive(Debug, Parser)]
#[command(version, after_help = STATUSES)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Report(ReportArgs),
    /// Writes exposures and outcomes of an experiment whose truth is known.
    Simulate(SimulateArgs),
    /// Says which arms units are in: a JSON line for each unit and experiment.
    Assign(AssignArgs),
}

/// Judges the arms of experiments by what became of the units that were in them.
///
/// Exposures are what services log. Outcomes are JSON lines such as
/// {"unit":"vwr-0003","metric":"skipped","value":1,"at_ms":1795176000000}. An outcome counts for the arm in which its
/// unit was first seen, from then until the experiment's end.
///
/// An arm is
///   ship-able     if its primary metric is better and no guardrail is worse than its margin allows,
///   harmful       if a metric is shown to be worse, and not shown to be so within its margin,
///   invalid       if arms do not have the sizes that were configured, or have too few units,
///   inconclusive  if it is none of these; the report says what is missing.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = STATUSES)]
struct ReportArgs {
    /// Files of exposures, in any order.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    exposures: Vec<PathBuf>,
    /// Files of outcomes, in any order.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    outcomes: Vec<PathBuf>,
    /// Only this experiment.
    #[arg(long, value_name = "NAME")]
    experiment: Option<String>,
    /// The experiments of the service, as services/NAME/experiments.yaml.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Of when the report is, as 2026-12-14 or 2026-12-14T09:00:00Z; without, of when the newest exposure is.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<SystemTime>,
    /// The probability with which an experiment that changes nothing may be said to change something.
    #[arg(long, value_name = "NUMBER", default_value_t = ALPHA, value_parser = alpha)]
    alpha: f64,
    /// Write JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct SimulateArgs {
    /// The folder for `exposures.jsonl` and `outcomes.jsonl`.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the arms do.
    #[arg(long, value_enum, default_value = "null")]
    truth: Truth,
    /// How many units there are.
    #[arg(long, value_name = "NUMBER", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    units: u64,
    /// How chance falls.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// This experiment; without, the first by name.
    #[arg(long, value_name = "NAME")]
    experiment: Option<String>,
    /// The experiments; without, those of an example.
    #[arg(long, value_name = "FILE", default_value = EXAMPLE, hide_default_value = true)]
    config: PathBuf,
}

#[derive(Debug, clap::Args)]
struct AssignArgs {
    /// The units; without, one a line from standard input.
    units: Vec<String>,
    /// The experiments of the service, as services/NAME/experiments.yaml.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Report(args) => report(&args),
        Command::Simulate(args) => simulate_files(&args),
        Command::Assign(args) => assign_units(&args),
    };
    match done {
        Ok(status) => status,
        Err(failure) => {
            let mut message = failure.to_string();
            let mut source = failure.source();
            while let Some(error) = source {
                message = format!("{message}: {error}");
                source = error.source();
            }
            // Where standard error cannot be written to, the status still says it.
            drop(writeln!(anstream::stderr(), "experiment: {message}"));
            ExitCode::from(3)
        }
    }
}

fn report(args: &ReportArgs) -> Result<ExitCode, Failure> {
    let assignments = Assignments::read(&args.config)?;
    let experiments = chosen(&assignments, args.experiment.as_deref())?;
    let mut ledgers: Vec<_> = experiments.iter().map(|experiment| Ledger::new(experiment)).collect();
    let progress = progress(args.exposures.iter().chain(&args.outcomes));
    let mut newest = 0;
    let mut exposures = Vec::new();
    for path in &args.exposures {
        exposures.push(read(path, &progress, |exposure: Exposure| {
            newest = exposure.at_ms.max(newest);
            for ledger in &mut ledgers {
                ledger.expose(&exposure);
            }
        })?);
    }
    let mut outcomes = Vec::new();
    for path in &args.outcomes {
        outcomes.push(read(path, &progress, |outcome: Outcome| {
            for ledger in &mut ledgers {
                ledger.outcome(&outcome);
            }
        })?);
    }
    progress.finish_and_clear();
    let newest = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(newest));
    let at = args.at.or(newest).ok_or("failed to find out of when the exposures are; say --at")?;
    let judged = experiments.iter().zip(&ledgers);
    let report = Report {
        at: experiment::rfc3339(at),
        alpha: args.alpha,
        exposures,
        outcomes,
        experiments: judged
            .map(|(experiment, ledger)| ExperimentReport::of(experiment, ledger, at, args.alpha))
            .collect(),
    };
    let mut out = anstream::stdout();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", text(&report)?)?;
    }
    Ok(if report.alarms() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn simulate_files(args: &SimulateArgs) -> Result<ExitCode, Failure> {
    let assignments = Assignments::read(&args.config)?;
    let chosen = chosen(&assignments, args.experiment.as_deref())?;
    let experiment = chosen.first().ok_or("failed to find an experiment")?;
    let mut exposures = Writer::create(&args.out, "exposures.jsonl")?;
    let mut outcomes = Writer::create(&args.out, "outcomes.jsonl")?;
    let simulation = Simulation { seed: args.seed, units: args.units, truth: args.truth };
    simulate(experiment, simulation, |event| match event {
        Event::Exposure(exposure) => exposures.line(&exposure),
        Event::Outcome(outcome) => outcomes.line(&outcome),
    })?;
    let mut out = anstream::stdout();
    for written in [exposures.finish()?, outcomes.finish()?] {
        writeln!(out, "{written}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn assign_units(args: &AssignArgs) -> Result<ExitCode, Failure> {
    let assignments = Assignments::read(&args.config)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut place = |unit: &str| -> io::Result<()> {
        assign(&assignments, unit).iter().try_for_each(|placed| line(&mut out, placed))
    };
    if args.units.is_empty() {
        for unit in io::stdin().lock().lines() {
            place(&unit?)?;
        }
    }
    args.units.iter().try_for_each(|unit| place(unit))?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn line(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn chosen<'a>(assignments: &'a Assignments, name: Option<&str>) -> Result<Vec<&'a Experiment>, String> {
    let all = assignments.experiments().iter();
    let chosen: Vec<_> = all.filter(|experiment| name.is_none_or(|name| experiment.name == name)).collect();
    match name {
        Some(name) if chosen.is_empty() => {
            let names: Vec<_> = assignments.experiments().iter().map(|one| one.name.as_str()).collect();
            Err(format!("failed to find the experiment `{name}` among {}", names.join(", ")))
        }
        _ => Ok(chosen),
    }
}

/// Progress over all files, on terminals only.
fn progress<'a>(paths: impl Iterator<Item = impl AsRef<Path> + 'a>) -> ProgressBar {
    let bytes = paths.filter_map(|path| fs::metadata(path).ok()).map(|metadata| metadata.len()).sum();
    let bar = ProgressBar::new(bytes);
    match ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn moment(text: &str) -> Result<SystemTime, String> {
    experiments::moment(text).ok_or_else(|| "is neither as 2026-12-14 nor as 2026-12-14T09:00:00Z".to_owned())
}

fn alpha(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(alpha) if alpha > 0.0 && alpha < 0.5 => Ok(alpha),
        _ => Err("is not between 0 and 0.5".to_owned()),
    }
}
