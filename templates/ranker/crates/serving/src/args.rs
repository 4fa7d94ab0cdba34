//! The command-line arguments that all services take.
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::builder::FalseyValueParser;

/// The arguments that all services take; each goes before what the configuration says.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The configuration file [default: the service's own config.yaml].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where to listen; port 0 for any that is free. The address is printed as `listening on ADDR`.
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// A time of day that stands still, as 2026-11-20T12:00:00Z, so that answers can be had again.
    #[arg(long, value_name = "RFC3339", value_parser = humantime::parse_rfc3339)]
    pub clock: Option<SystemTime>,
    /// Serves features from the records in this folder.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The file to whose end exposures go.
    #[arg(long, value_name = "FILE")]
    pub exposures: Option<PathBuf>,
    /// Asks the model at this server of the Open Inference Protocol, as http://127.0.0.1:8001, instead of running it.
    #[arg(long, value_name = "URL")]
    pub inference: Option<String>,
    /// The collector to which every trace that begins here goes over OTLP, as http://127.0.0.1:4317.
    #[arg(long, value_name = "URL")]
    pub traces: Option<String>,
    /// Says in the metadata of every answer what it cost, for whoever compares two versions of the service. Gatefold asks for it
    /// by the variable.
    #[arg(long, env = "GATEFOLD_COST", value_parser = FalseyValueParser::new())]
    pub costs: bool,
    /// Deals what the service leaves to chance.
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// The least important events that are logged: error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log: tracing::Level,
}
