//! The command that serves one model.
use std::error::Error;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use inference_server::{open, serve};
use telemetry::error_chain;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Serves one model by the Open Inference Protocol (KServe v2) over gRPC.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The model's signature; the model's file lies beside it, ONNX or the text of LightGBM (`.txt`).
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
    /// Where to listen; port 0 for any that is free. The address is printed as `listening on ADDR`.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8001")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if this cannot be written.
            drop(writeln!(io::stderr(), "error: {}", error_chain(error.as_ref())));
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let model = open(&args.signature)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|error| format!("failed to listen on {}: {error}", args.listen))?;
    let stop = stop()?;
    writeln!(io::stdout(), "listening on {}", listener.local_addr()?)?;
    Ok(serve(model, listener, stop).await?)
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
