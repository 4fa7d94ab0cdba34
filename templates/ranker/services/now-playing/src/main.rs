//! Starts the service: reads its configuration and wires store, model and log; the one file that names engines.
use std::error::Error;
use std::future::Future;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use catalogue::schemas;
use clap::Parser;
use experiments::{Assignments, JsonLinesLog};
use features::{RedbStore, read_folder};
use models::TractModel;
use now_playing::config::Config;
use now_playing::pipeline::Parts;
use now_playing::server::{App, serve};
use telemetry::{Clock, FixedClock, SystemClock, error_chain, log_to_stderr};
use tokio::signal::unix::{SignalKind, signal};

/// Ranks what may follow the track that is playing.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/config.yaml"))]
    config: PathBuf,
    /// Where to listen; port 0 for any that is free. The address is printed as `listening on ADDR`.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// A time of day that stands still, as 2026-11-20T12:00:00Z, so that answers can be had again.
    #[arg(long, value_name = "RFC3339", value_parser = humantime::parse_rfc3339)]
    clock: Option<SystemTime>,
    /// The folder with the records of tracks, viewers and shelves.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The file to whose end exposures go.
    #[arg(long, value_name = "FILE")]
    exposures: Option<PathBuf>,
    /// Deals the tracks that are retrieved where a request has no candidates.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The least important events that are logged: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log: tracing::Level,
}

fn main() -> ExitCode {
    let args = Args::parse();
    log_to_stderr(args.log);
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = error_chain(error.as_ref()), "failed");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let app = wire(args)?;
    let address = app.config.listen;
    let listener =
        TcpListener::bind(address).map_err(|error| format!("failed to listen on {address}: {error}"))?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let stop = {
        let _within = runtime.enter();
        stop()?
    };
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    Ok(runtime.block_on(serve(app, listener, stop))?)
}

/// Ends at the first SIGTERM or SIGINT from here on.
fn stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

fn wire(args: Args) -> Result<App, Box<dyn Error>> {
    let mut config = Config::read(&args.config)?;
    config.listen = args.listen.unwrap_or(config.listen);
    config.data = args.data.unwrap_or(config.data);
    config.exposures = args.exposures.unwrap_or(config.exposures);
    config.seed = args.seed.unwrap_or(config.seed);

    let experiments = std::fs::read_to_string(&config.experiments)
        .map_err(|error| format!("failed to read {}: {error}", config.experiments.display()))?;
    let exposures = JsonLinesLog::open(&config.exposures)
        .map_err(|error| format!("failed to open {}: {error}", config.exposures.display()))?;
    let clock: Arc<dyn Clock> = match args.clock {
        Some(time) => Arc::new(FixedClock(time)),
        None => Arc::new(SystemClock),
    };
    let parts = Parts {
        store: Arc::new(RedbStore::in_private_file(&read_folder(&config.data, &schemas())?)?),
        model: Arc::new(TractModel::load(&config.model)?),
        exposures: Arc::new(exposures),
        seed: config.seed,
    };
    let assignments = Assignments::from_yaml(&experiments)?;
    Ok(App { parts, assignments, clock, config })
}
