//! Starts the service: reads its configuration, opens what that names, and serves.
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::schemas;
use clap::Parser;
use now_playing::pipeline::Parts;
use now_playing::service::{Ranker, server};
use serving::{Args, Config, Host, Live, NoKeys, engines};

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
    let parts = Parts {
        store: engines::live_store(&config.store, &schemas(), &host.metrics).await?,
        model: engines::model(config.model()?).await?,
        seed: config.seed,
    };
    let ranker = Arc::new(Live::new(Ranker::new(&parts, &host)?));
    engines::reload_model(config.model()?, &host.metrics, {
        let (ranker, host) = (ranker.clone(), host.clone());
        move |model| {
            ranker.replace(Ranker::new(&Parts { model, ..parts.clone() }, &host)?);
            Ok(())
        }
    })?;
    Ok(serving::start(server(ranker, host.clone()), host, config.listen).await?)
}
