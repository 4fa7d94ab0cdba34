//! What a service reads anew while it runs.
use std::error::Error;
use std::future::Future;
use std::io;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use telemetry::{Metrics, Part, Reload, error_chain};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How many SIGHUPs have come. Signals are the process's, and so is this.
static HANGUPS: LazyLock<watch::Sender<u64>> = LazyLock::new(|| watch::Sender::new(0));

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

/// Counts SIGHUPs from here on, which by themselves would end the process.
///
/// # Errors
/// An [`io::Error`] if signals cannot be listened to.
pub(crate) fn count_hangups() -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            HANGUPS.send_modify(|count| *count += 1);
        }
    });
    Ok(())
}

/// Reads a part anew at each SIGHUP of a process that [`run`](crate::run) runs, one after the other, and logs and counts what
/// came of it. Where it fails whatever served before serves on. A SIGHUP that came before this was asked for counts, too: the
/// part may have been read before it.
pub fn at_hangup<F, E>(part: Part, metrics: &Arc<Metrics>, reload: impl Fn() -> F + Send + 'static)
where
    F: Future<Output = Result<(), E>> + Send,
    E: Error + Send + 'static,
{
    let mut hangups = HANGUPS.subscribe();
    if *hangups.borrow() > 0 {
        hangups.mark_changed();
    }
    let metrics = metrics.clone();
    tokio::spawn(async move {
        while hangups.changed().await.is_ok() {
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
}
