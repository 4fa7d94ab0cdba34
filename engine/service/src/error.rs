//! What can keep a service from being asked.

use std::net::SocketAddr;
use std::time::Duration;

/// Why a service could not be built, started or asked. Never a statement about what it answers.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The policy says nothing about a service.
    #[error("failed to find the service `{name}` in the policy's `services`")]
    NoSuchService {
        /// The name that was asked for.
        name: String,
    },
    /// A command of the policy does not build or start its service.
    #[error("{place}`services.{name}.{key}` does not {} it: {error}", verb(.key))]
    OfPolicy {
        /// Where the command stands, with `: ` behind it; empty where that is not known.
        place: String,
        /// The service.
        name: String,
        /// `build` or `run`.
        key: &'static str,
        /// What is wrong.
        error: Box<Error>,
    },
    /// The command is empty, or the operating system refused to start it.
    #[error("failed to start `{command}`: {reason}")]
    NotStarted {
        /// The command as it was to be run.
        command: String,
        /// What was said.
        reason: String,
    },
    /// The command ended by itself, with a failure or before it was ready.
    #[error("`{command}` ended with {status}; its last output:\n{output}")]
    Ended {
        /// The command as it was run.
        command: String,
        /// For instance `exit status: 101`.
        status: String,
        /// The last lines of what it wrote.
        output: String,
    },
    /// The service did not become ready in time. It was ended.
    #[error("`{command}` was not ready within {within:?}: {missing}; its last output:\n{output}")]
    NotReady {
        /// The command as it was run.
        command: String,
        /// The time it had.
        within: Duration,
        /// What was still missing, for instance a line that names its address.
        missing: String,
        /// The last lines of what it wrote.
        output: String,
    },
    /// The build did not end in time. It was ended.
    #[error("`{command}` did not end within {within:?}; its last output:\n{output}")]
    TooSlow {
        /// The command as it was run.
        command: String,
        /// The time it had.
        within: Duration,
        /// The last lines of what it wrote.
        output: String,
    },
    /// The service listens where others could reach it.
    #[error("`{command}` listens on {address}, which is not a loopback address")]
    NotLoopback {
        /// The command as it was run.
        command: String,
        /// The address that it named.
        address: SocketAddr,
    },
    /// Nothing serves at an address that the policy or a session names.
    #[error("failed to reach the service at `{address}`: {reason}")]
    NotReached {
        /// The address as it was named.
        address: String,
        /// What was said.
        reason: String,
    },
    /// The server does not say what it serves, or not by the protocol.
    #[error("failed to read by reflection what {address} serves: {reason}")]
    NotReflected {
        /// The address that was asked.
        address: SocketAddr,
        /// What was said.
        reason: String,
    },
    /// No client could be set up.
    #[error("failed to set up a client for {address}: {reason}")]
    NoClient {
        /// The address that was to be called.
        address: SocketAddr,
        /// What was said.
        reason: String,
    },
    /// The protos have no such method, or not as a unary one.
    #[error("failed to call `{rpc}`: {reason}")]
    NoSuchMethod {
        /// The method as it was asked for.
        rpc: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The request does not fit the method's input type.
    #[error("failed to read a request of `{rpc}`: {reason}")]
    BadRequest {
        /// The method.
        rpc: String,
        /// What does not fit.
        reason: String,
    },
}

/// What a command of the policy is for.
fn verb(key: &str) -> &str {
    if key == "run" { "start" } else { key }
}
