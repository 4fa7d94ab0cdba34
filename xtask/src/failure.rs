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
