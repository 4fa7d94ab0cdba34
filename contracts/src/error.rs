//! What can keep the guard from looking.

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A root of the policy holds no proto, neither at the base nor at head.
    #[error("failed to find a proto below `{0}`, which `contracts.protos` names")]
    EmptyRoot(String),
}
