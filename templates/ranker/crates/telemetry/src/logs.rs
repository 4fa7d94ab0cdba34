//! Structured logs: one JSON object a line, on standard error.
use std::error::Error;

use tracing::Level;

/// Logs events of at least this level from here on, panics among them. A process does so once; a second call changes nothing.
pub fn log_to_stderr(level: Level) {
    let logs = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level)
        .with_writer(std::io::stderr);
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "panicked")));
    // A second subscriber is refused, and the first one stays: tests start services more than once in a process.
    drop(logs.try_init());
}

/// An error and what led to it, on one line.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        // Some errors end with what their cause says.
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::error_chain;

    #[derive(Debug, thiserror::Error)]
    enum Failure {
        #[error("failed to rank")]
        Rank(#[source] Box<Failure>),
        #[error("dependency failed: {0}")]
        Dependency(#[source] Box<Failure>),
        #[error("the store is down")]
        Down,
    }

    #[test]
    fn all_causes_are_said_once() {
        let error = Failure::Rank(Box::new(Failure::Dependency(Box::new(Failure::Down))));
        assert_eq!(error_chain(&error), "failed to rank: dependency failed: the store is down");
    }
}
