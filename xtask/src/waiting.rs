//! Whoever would wait for git without end is told for which file, and waits no longer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use source::OpenError;

use crate::console;
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

/// Ends this process with status 3 if it still runs by then and there is a file that git waits for. What git opens at once is
/// found before; what it comes upon while it looks through a checkout, only so.
pub(crate) fn end_if_git_waits(folder: PathBuf) {
    let home = home();
    let watch = move || {
        std::thread::sleep(LONG_FOR_A_COMMAND);
        if let Some(file) = source::what_git_waits_for(&folder, home.as_deref()) {
            let failure = Failure::from(OpenError::Awaited(file));
            console::complain(&failure);
            std::process::exit(failure.exit.code().into());
        }
    };
    // Without a thread it waits, as whoever asks sees.
    let _ = std::thread::Builder::new().spawn(watch);
}

fn home() -> Option<PathBuf> {
    process_env("HOME").map(PathBuf::from)
}
