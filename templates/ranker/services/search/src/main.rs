//! Starts the service: reads its configuration, opens what that names, and serves.
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use catalogue::schemas;
use clap::Parser;
use search::config::SearchConfig;
use search::index::LiveIndex;
use search::pipeline::Parts;
use search::profiles::Profiles;
use search::rankers::Rankers;
use search::service::server;
use serving::{Args, Config, Host, at_hangup, engines};
use telemetry::Part;

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config.yaml");

/// Finds tracks by what people type, and ranks what it finds.
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
    let config: Config<SearchConfig> = Config::with(&args, CONFIG)?;
    let SearchConfig { titles, quality, profiles } = SearchConfig::of(&config);
    let host = Arc::new(Host::open(&config, &args)?);
    // A folder of data that is named on the command line has the titles, too.
    let index = Arc::new(LiveIndex::open(args.data.unwrap_or(titles), quality)?);
    at_hangup(Part::Index, &host.metrics, {
        let index = index.clone();
        move || {
            let index = index.clone();
            async move { index.reload().await }
        }
    });
    let store = engines::live_store(&config.store, &schemas(), &host.metrics).await?;
    let (profiles, runs_on) = (Profiles::read(&profiles)?, host.clone());
    let rankers = engines::live_ranker(config.model()?, &host.metrics, move |model| {
        Rankers::new(&Parts { index: index.clone(), store: store.clone(), model }, &profiles, &runs_on)
    });
    Ok(serving::start(server(rankers.await?, host.clone()), host, config.listen).await?)
}
