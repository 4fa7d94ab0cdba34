//! Writes `services/*/operations/slo.rules.yaml` from the objectives beside it.
use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use operations::{Objectives, folders, rules};

const STATUSES: &str = "\
Exit status:
  0  done; with --check, all rules are those that follow
  1  objectives are not right, a file cannot be read or written; with --check, rules have to be written anew
  2  wrong usage";

/// Writes the rules of Prometheus that follow from each service's objectives.
///
/// For every service, reads `services/NAME/operations/slo.yaml` and writes `slo.rules.yaml` beside it: how fast each
/// objective burns its budget of errors, over seven windows, and the alerts that page (BurnsFast) or make a ticket
/// (BurnsSlowly). Run it when objectives have changed; `promtool test rules` tests what comes of it.
#[derive(Debug, Parser)]
#[command(version, after_help = STATUSES)]
struct Args {
    /// Writes nothing, and names the rules that do not follow from their objectives.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(status) => status,
        Err(error) => {
            // Where nobody reads the message, the exit status still tells.
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let mut status = ExitCode::SUCCESS;
    let mut out = io::stdout();
    for folder in folders()? {
        let objectives = Objectives::read(&folder.join("slo.yaml"))?;
        let (path, rules) = (folder.join("slo.rules.yaml"), rules(&objectives));
        let shown = format!("services/{}/operations/slo.rules.yaml", objectives.service);
        let change = if fs::read(&path).is_ok_and(|old| old == rules.as_bytes()) {
            "unchanged"
        } else if args.check {
            status = ExitCode::FAILURE;
            "not what follows from slo.yaml"
        } else {
            fs::write(&path, rules).map_err(|error| format!("failed to write {shown}: {error}"))?;
            "written"
        };
        writeln!(out, "{shown}: {change}")?;
    }
    Ok(status)
}
