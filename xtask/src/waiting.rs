//! Whoever would wait for git without end is told for which file, and waits no longer.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use findings::Exit;
use source::OpenError;

use crate::failure::Failure;
use crate::surroundings::process_env;

/// An answer that takes longer than this may never come.
pub(crate) const LONG: Duration = Duration::from_secs(1);

/// The file that git waits for without end in the checkout around a folder, if there is one.
pub(crate) fn awaited(folder: &Path) -> Option<PathBuf> {
    source::what_git_waits_for(folder, home().as_deref())
}

/// How long a command runs before it is asked whether it waits: who waits for nothing takes as long where there is much to read.
const LONG_FOR_A_COMMAND: Duration = Duration::from_secs(10);

/// As much stack as the main thread has.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// Runs a command on a thread of its own, which is left alone if it still runs after a while and there is a file that git waits
/// for. What git opens at once is found before; what it comes upon while it looks through a checkout, only so.
pub(crate) fn in_time(
    folder: &Path,
    run: impl FnOnce() -> Result<Exit, Failure> + Send + 'static,
) -> Result<Exit, Failure> {
    let (send, receive) = mpsc::channel();
    // Who waits no longer needs no answer.
    let work = move || _ = send.send(run());
    thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(work)
        .map_err(|error| Failure::could_not_run(format_args!("failed to start a thread: {error}")))?;
    let answer = match receive.recv_timeout(LONG_FOR_A_COMMAND) {
        Err(RecvTimeoutError::Timeout) => match awaited(folder) {
            Some(file) => return Err(OpenError::Awaited(file).into()),
            None => receive.recv(),
        },
        received => received.map_err(|_| mpsc::RecvError),
    };
    answer.expect("a command answers, whatever becomes of it")
}

fn home() -> Option<PathBuf> {
    process_env("HOME").map(PathBuf::from)
}
