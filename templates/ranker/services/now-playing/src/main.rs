//! Starts the service: reads its configuration, opens what that names, and serves.
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::schemas;
use clap::Parser;
use now_playing::pipeline::{Parts, ranker};
use now_playing::service::server;
use serving::{Args, Config, Host, NoKeys, engines};

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config.yaml");

/// Ranks what may follow the track that is playing.
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
    let config: Config<NoKeys> = Config::with(&args, CONFIG)?;
    let host = Arc::new(Host::open(&config, &args)?);
    let store = engines::live_store(&config.store, &schemas(), &host.metrics).await?;
    let (seed, runs_on) = (config.seed, host.clone());
    let ranker = engines::live_ranker(config.model()?, &host.metrics, move |model| {
        ranker(&Parts { store: store.clone(), model, seed }, &runs_on)
    });
    Ok(serving::start(server(ranker.await?, host.clone()), host, config.listen).await?)
}
