//! Why nothing can be written for the moment: logged once when it begins and once when it is over.
use std::io;
use std::sync::{Mutex, PoisonError};

/// What is wrong, if anything is.
#[derive(Debug, Default)]
pub(crate) struct Trouble(Mutex<Option<(io::ErrorKind, String)>>);

impl Trouble {
    /// It is, or still is.
    pub(crate) fn tell(&self, error: &io::Error) {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if wrong.is_none() {
            tracing::error!(%error, "failed to write exposures; they wait");
        }
        *wrong = Some((error.kind(), error.to_string()));
    }

    /// It is not, or no longer.
    pub(crate) fn over(&self) {
        if self.0.lock().unwrap_or_else(PoisonError::into_inner).take().is_some() {
            tracing::info!("exposures are written again");
        }
    }

    /// What is wrong at the moment.
    pub(crate) fn now(&self) -> Option<io::Error> {
        let wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.as_ref().map(|(kind, message)| io::Error::new(*kind, message.clone()))
    }
}
