//! A service as a process: its logs, its exit code, and when it stops.
use std::error::Error;
use std::future::Future;
use std::io;
use std::process::ExitCode;

use telemetry::{error_chain, log_to_stderr};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::reload::count_hangups;

/// Runs a service on a runtime of its own, and logs why it ended if it did not end well. A SIGHUP ends it at no time: one
/// that comes before what it is about has begun to serve is answered then.
pub fn run(log: tracing::Level, service: impl Future<Output = Result<(), Box<dyn Error>>>) -> ExitCode {
    log_to_stderr(log);
    match on_a_runtime(service) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = error_chain(error.as_ref()), "failed");
            ExitCode::FAILURE
        }
    }
}

fn on_a_runtime(service: impl Future<Output = Result<(), Box<dyn Error>>>) -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        count_hangups()?;
        service.await
    });
    // What still reads a file or runs a model is not waited for: it might never end.
    runtime.shutdown_background();
    ended
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
