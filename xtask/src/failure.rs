//! Why a command ended without a verdict, and with which exit status.

use findings::Exit;

/// A command that could not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The status that the process ends with: 2 or 3.
    pub(crate) exit: Exit,
    /// What went wrong and what to do, in one line or a few.
    pub(crate) message: String,
}

impl Failure {
    /// The command was used wrongly, or the policy is invalid.
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Failure { exit: Exit::Usage, message: message.to_string() }
    }

    /// Something could not be looked at.
    pub(crate) fn could_not_run(message: impl std::fmt::Display) -> Self {
        Failure { exit: Exit::CouldNotRun, message: message.to_string() }
    }
}

impl From<policy::PolicyError> for Failure {
    fn from(error: policy::PolicyError) -> Self {
        Failure::usage(error)
    }
}

impl From<source::OpenError> for Failure {
    fn from(error: source::OpenError) -> Self {
        Failure { exit: error.exit(), message: error.to_string() }
    }
}

/// What the system says of a file that could not be written, and what to do where that is known.
pub(crate) fn why_not_written(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::PermissionDenied => {
            "permission denied; have file and folder made writable for you, then run it again".to_owned()
        }
        ErrorKind::ReadOnlyFilesystem => {
            "the file system is mounted for reading only; mount it for writing, or work on a copy".to_owned()
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn whoever_may_not_write_is_told_what_to_do() {
        let check = |kind, says: &str| {
            let said = why_not_written(&Error::from(kind));
            assert!(said.contains(says), "{said}");
        };
        check(ErrorKind::PermissionDenied, "made writable for you");
        check(ErrorKind::ReadOnlyFilesystem, "mount it for writing");
        check(ErrorKind::StorageFull, &Error::from(ErrorKind::StorageFull).to_string());
    }
}
