//! What a service reads anew while it runs.
use std::error::Error;
use std::future::Future;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use telemetry::{Metrics, Part, Reload, error_chain};
use tokio::signal::unix::{SignalKind, signal};

/// What serves now, and may be another at the next request. A request takes the current one once, so that all of its
/// answer is of one.
#[derive(Debug)]
pub struct Live<T>(RwLock<Arc<T>>);

impl<T> Live<T> {
    /// Serves the first.
    pub fn new(first: T) -> Self {
        Self(RwLock::new(Arc::new(first)))
    }

    /// What serves now.
    pub fn current(&self) -> Arc<T> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves another. Requests that have begun end with what they have.
    pub fn replace(&self, new: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
    }
}

/// Reads a part anew at each SIGHUP from here on, one after the other, and logs and counts what came of it. Where it fails
/// whatever served before serves on.
///
/// # Errors
/// An [`io::Error`] if signals cannot be listened to.
pub fn at_hangup<F, E>(
    part: Part,
    metrics: &Arc<Metrics>,
    reload: impl Fn() -> F + Send + 'static,
) -> io::Result<()>
where
    F: Future<Output = Result<(), E>> + Send,
    E: Error + Send + 'static,
{
    let mut hangup = signal(SignalKind::hangup())?;
    let metrics = metrics.clone();
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let outcome = match reload().await {
                Ok(()) => {
                    tracing::info!(?part, "the new one serves");
                    Reload::Accepted
                }
                Err(error) => {
                    tracing::error!(?part, error = error_chain(&error), "the old one serves on");
                    Reload::Refused
                }
            };
            metrics.reloaded(part, outcome);
        }
    });
    Ok(())
}
