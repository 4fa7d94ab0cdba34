//! The only place that prints: answers to standard output, everything else to standard error.

use std::io::Write;

use crate::failure::Failure;

/// Prints an answer. A closed pipe is no fault: whoever read it has enough.
pub(crate) fn print(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a line for people, beside the answer.
pub(crate) fn say(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Prints what went wrong.
pub(crate) fn complain(failure: &Failure) {
    say(format_args!("error: {}", failure.message));
}
