//! Structured logs: one JSON object a line, on standard error.
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
