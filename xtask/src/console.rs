//! The only place that prints: answers to standard output, everything else to standard error.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

/// Whether an answer could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints an answer. A closed pipe is no fault: whoever read it has enough.
pub(crate) fn print(text: &str) {
    let mut stream = std::io::stdout().lock();
    let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
        && !LOST.swap(true, Ordering::Relaxed)
    {
        say(format_args!("error: failed to write to standard output: {error}"));
    }
}

/// Whether an answer could not be written, as to a disk that is full.
pub(crate) fn is_answer_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Prints a line for people, beside the answer.
pub(crate) fn say(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Shows on a terminal how far long work is, on one line that the next one overwrites; elsewhere nothing.
pub(crate) fn progress(text: impl std::fmt::Display) {
    let mut stream = std::io::stderr().lock();
    if stream.is_terminal() {
        let _ = write!(stream, "\r{text}\u{1b}[K");
        let _ = stream.flush();
    }
}

/// Takes the line of [`progress`] away.
pub(crate) fn end_progress() {
    let mut stream = std::io::stderr().lock();
    if stream.is_terminal() {
        let _ = write!(stream, "\r\u{1b}[K");
        let _ = stream.flush();
    }
}

/// Prints what went wrong.
pub(crate) fn complain(failure: &Failure) {
    say(format_args!("error: {}", failure.message));
}
