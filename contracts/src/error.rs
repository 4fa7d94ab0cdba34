//! What can keep the guard from looking.

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A root of the policy holds no proto, neither at the base nor at head.
    #[error("failed to find a proto below `{0}`, which `contracts.protos` names")]
    EmptyRoot(String),
    /// A proto of the change is written in an edition, and nobody says what that means.
    #[error(
        "failed to read `{path}`, which is written in an edition of protobuf: that needs `buf` on the search path (or in \
         `GATEFOLD_BUF`), or a set of descriptors that \
         `contracts.descriptors` names in the policy that judges, the base's where it has one{reason}"
    )]
    Edition {
        /// Path of the proto.
        path: String,
        /// What was tried, as the rest of the sentence; empty where nothing was.
        reason: String,
    },
    /// There is no proto in what head is to be compared with.
    #[error("failed to find a proto in what the protos are compared with")]
    EmptyAgainst,
    /// Of what head is to be compared with, not all can be read.
    #[error("failed to read what the protos are compared with: {0}")]
    UnreadableAgainst(service::ProtoError),
    /// What head is to be compared with is about something else.
    #[error(
        "failed to compare the protos: what they are compared with has no file, type or service that head has"
    )]
    NothingInCommon,
    /// A glob of the policy makes no sense.
    #[error("failed to read a glob of `contracts`: {0}")]
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
    /// A promise could not be asked, or the service ended over it.
    #[error("failed to ask {kind} `{name}`: {reason}")]
    NotAsked {
        /// What kind of promise, as in `scenario`.
        kind: &'static str,
        /// Its name.
        name: String,
        /// What was said.
        reason: String,
    },
    /// An installed program could not be asked.
    #[error("failed to ask `{tool}`: {reason}")]
    Tool {
        /// Its name.
        tool: String,
        /// What was said.
        reason: String,
    },
    /// What answers of head cost cannot be known.
    #[error("failed to compare what `{service}` costs: head's {reason}")]
    CostNotAsked {
        /// Its name in the policy.
        service: String,
        /// What was said.
        reason: String,
    },
    /// What a server says of its protos makes no sense.
    #[error("failed to compare the protos that are served: {0}")]
    NotReflected(String),
}
