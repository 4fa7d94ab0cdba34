//! Sends a service requests at a fixed rate, and says how long the answers took and where the time went.
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use load::process::Process;
use load::requests::Requests;
use load::scrape::scrape;
use load::{Arrivals, Report, client, drive};

const EXAMPLE: &str = "\
Example:
  cargo build --release -p load -p now-playing
  target/release/load --service now-playing --candidates 200";

/// Sends a service requests at a fixed rate, whether or not it keeps up, and measures each answer from the moment at which
/// its request was due.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLE)]
struct Args {
    /// The service, by the name of its folder.
    #[arg(long, value_name = "NAME")]
    service: String,
    /// Requests a second.
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    rate: u32,
    /// How long, after two seconds that are not counted.
    #[arg(long, value_name = "NUMBER", default_value_t = 30)]
    seconds: u32,
    /// Candidates of each request, of services that are sent candidates [default: as in the golden requests].
    #[arg(long, value_name = "NUMBER")]
    candidates: Option<usize>,
    /// Connections that requests are dealt to in turn.
    #[arg(long, value_name = "NUMBER", default_value_t = 4)]
    connections: usize,
    /// When requests are due: one as soon after the other as the last one (constant), or as people come (poisson).
    #[arg(long, value_enum, default_value_t = Arrivals::Poisson)]
    arrivals: Arrivals,
    /// Deals the arrivals.
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    seed: u64,
    /// The time that a request grants, in milliseconds [default: the service's own].
    #[arg(long, value_name = "NUMBER")]
    deadline_ms: Option<u64>,
    /// A service that runs, as 127.0.0.1:50151 [default: starts the binary beside this one].
    #[arg(long, value_name = "ADDR")]
    endpoint: Option<String>,
    /// Says it as JSON.
    #[arg(long)]
    json: bool,
}

/// Requests that are not counted: a service is measured as it runs, not as it starts.
const WARM_UP: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(text) => match writeln!(io::stdout(), "{text}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_closed) => ExitCode::FAILURE,
        },
        Err(error) => {
            drop(writeln!(io::stderr(), "error: {}", telemetry::error_chain(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<String, Box<dyn Error>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let requests = Requests::read(&workspace, &args.service, args.candidates)?;
    let started = match args.endpoint {
        Some(_) => None,
        None => Some(Process::start(&args.service)?),
    };
    let address = args.endpoint.clone().or(started.as_ref().map(|process| process.address.clone()));
    let address = address.unwrap_or_default();
    // One thread: the service needs the cores more.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let deadline = args.deadline_ms.map(Duration::from_millis);
    let clients = runtime.block_on(client::connect(&address, args.connections, &requests, deadline))?;

    let schedule = |seed, time: Duration| args.arrivals.schedule(args.rate, time, seed);
    drive(&runtime, &clients, &requests, &schedule(args.seed.wrapping_add(1), WARM_UP))?;
    let before = scrape(&address)?;
    let seconds = Duration::from_secs(args.seconds.into());
    let run = drive(&runtime, &clients, &requests, &schedule(args.seed, seconds))?;
    let spent = scrape(&address)?.since(&before);

    let report = Report::new(&args.service, args.rate, requests.candidates(), run, spent);
    Ok(if args.json { serde_json::to_string_pretty(&report)? } else { report.to_string() })
}
