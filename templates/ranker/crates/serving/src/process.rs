//! A service as a process: its logs, its exit code, and when it stops.
use std::error::Error;
use std::future::Future;
use std::io;
use std::process::ExitCode;

use telemetry::{error_chain, log_to_stderr};
use tokio::signal::unix::{SignalKind, signal};

/// Runs a service on a runtime of its own, and logs why it ended if it did not end well.
pub fn run(log: tracing::Level, service: impl Future<Output = Result<(), Box<dyn Error>>>) -> ExitCode {
    log_to_stderr(log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(service));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = error_chain(error.as_ref()), "failed");
            ExitCode::FAILURE
        }
    }
}

/// Ends at the first SIGTERM or SIGINT from here on.
pub(crate) fn stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
