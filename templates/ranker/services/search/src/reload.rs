//! Titles change while the service runs: at SIGHUP the index is built anew.
use std::io;
use std::sync::Arc;

use telemetry::error_chain;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::index::LiveIndex;

/// Builds the index anew at each SIGHUP from here on, on a thread where it holds up nobody, and logs what came of it. If
/// the titles are wrong, the old index stays.
///
/// # Errors
/// An [`io::Error`] if the signal cannot be listened to.
pub fn reload_at_hangup(index: Arc<LiveIndex>) -> io::Result<JoinHandle<()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let index = index.clone();
            match spawn_blocking(move || index.reload()).await {
                Ok(Ok(())) => tracing::info!("the index was built anew"),
                Ok(Err(error)) => tracing::error!(error = error_chain(&error), "the old index is kept"),
                Err(error) => tracing::error!(error = error_chain(&error), "the old index is kept"),
            }
        }
    }))
}
