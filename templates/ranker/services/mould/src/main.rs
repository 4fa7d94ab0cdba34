//! Starts the service: reads its configuration, opens what that names, and serves.
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::schemas;
use clap::Parser;
use mould::config::Own;
use mould::pipeline::Parts;
use mould::service::server;
use serving::{Args, Config, Host, engines};

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config.yaml");

/// Ranks tracks by how well they fit and how popular they are.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

fn main() -> ExitCode {
    let Cli { args } = Cli::parse();
    serving::run(args.log, start(args))
}

async fn start(args: Args) -> Result<(), Box<dyn Error>> {
    let config: Config<Own> = Config::with(&args, CONFIG)?;
    let own = config.service.checked(&config)?;
    let host = Arc::new(Host::open(&config, &args)?);
    let parts = Parts { store: engines::live_store(&config.store, &schemas(), &host.metrics).await?, own };
    Ok(serving::start(server(&parts, host.clone()), host, config.listen).await?)
}
