//! What can keep the guard from looking.

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A root of the policy holds no proto, neither at the base nor at head.
    #[error("failed to find a proto below `{0}`, which `contracts.protos` names")]
    EmptyRoot(String),
    /// A glob of the policy makes no sense.
    #[error("failed to read `contracts.scenarios`: {0}")]
    Glob(String),
    /// A scenario file of head is wrong in shape or does not fit head's protos.
    #[error(transparent)]
    Scenario(#[from] policy::PolicyError),
    /// Head's protos do not compile, so that nothing can be asked by them.
    #[error("failed to compile the protos: {0}")]
    Proto(#[from] service::ProtoError),
    /// A service did not start.
    #[error("failed to start the service `{target}`: {reason}")]
    NotStarted {
        /// Its name in the policy.
        target: String,
        /// What was said.
        reason: String,
    },
    /// A scenario could not be asked, or the service ended over it.
    #[error("failed to ask scenario `{scenario}`: {reason}")]
    NotAsked {
        /// Its name.
        scenario: String,
        /// What was said.
        reason: String,
    },
}
