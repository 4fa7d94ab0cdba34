//! The exit status of every command, in one place.

/// What a Gatefold command tells its caller by its exit status.
///
/// `hook` is the exception: an agent's client reads status 2 as "block", so a hook always ends with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing blocks.
    Clean,
    /// 1: at least one finding blocks.
    Blocked,
    /// 2: the command was used wrongly, or the policy is invalid.
    Usage,
    /// 3: a guard could not look, so nothing can be said.
    CouldNotRun,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Blocked => 1,
            Exit::Usage => 2,
            Exit::CouldNotRun => 3,
        }
    }
}
