//! Which statuses are right where the specification of gRPC and a server library differ.
//!
//! The specification: <https://grpc.github.io/grpc/core/md_doc_statuscodes.html>. What tonic 0.14 does instead was tried
//! on running services.

use serde::Deserialize;
use service::{Code, code_name};

/// Whose statuses are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Profile {
    /// Those of the specification.
    #[default]
    Grpc,
    /// Those of the specification, and the known deviations of tonic.
    Tonic,
}

/// What can become of a call, and the statuses that are right for it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Situation {
    /// What happened, for a reader.
    pub(crate) what: &'static str,
    /// What the specification has.
    pub(crate) grpc: &'static [Code],
    /// What tonic answers besides.
    pub(crate) tonic: &'static [Code],
    /// Why tonic answers that; empty where it answers as specified.
    pub(crate) why: &'static str,
}

pub(crate) static LATE: Situation = Situation {
    what: "the deadline is over before there is an answer",
    grpc: &[Code::DeadlineExceeded],
    tonic: &[Code::Cancelled],
    why: "its timer ends the handler with `Timeout expired`",
};
pub(crate) static UNREADABLE: Situation = Situation {
    what: "the message is no message of the request's type",
    grpc: &[Code::Internal],
    tonic: &[],
    why: "",
};
pub(crate) static CUT_OFF: Situation = Situation {
    what: "the call ends within a message or before its length is known",
    grpc: &[Code::Internal],
    tonic: &[],
    why: "",
};
pub(crate) static COMPRESSED: Situation = Situation {
    what: "a message says that it is compressed, and the call does not say how",
    grpc: &[Code::Internal],
    tonic: &[],
    why: "",
};
pub(crate) static UNKNOWN_ENCODING: Situation = Situation {
    what: "a message is compressed in a way that nobody knows",
    grpc: &[Code::Unimplemented],
    tonic: &[],
    why: "",
};
pub(crate) static NO_MESSAGE: Situation = Situation {
    what: "a unary call has no message",
    grpc: &[Code::Unimplemented],
    tonic: &[Code::Internal],
    why: "it answers `Missing request message`",
};
pub(crate) static TWO_MESSAGES: Situation = Situation {
    what: "a unary call has two messages",
    grpc: &[Code::Unimplemented],
    tonic: &[Code::Ok],
    why: "it answers the first and passes over the second",
};
pub(crate) static OVERSIZED: Situation = Situation {
    what: "a message is larger than the service takes",
    grpc: &[Code::ResourceExhausted],
    tonic: &[Code::OutOfRange],
    why: "its decoder counts the length among values out of range",
};
pub(crate) static NO_METHOD: Situation =
    Situation { what: "the service has no such method", grpc: &[Code::Unimplemented], tonic: &[], why: "" };

/// All of them, as the readme lists them.
#[cfg(test)]
pub(crate) static SITUATIONS: [&Situation; 9] = [
    &LATE,
    &UNREADABLE,
    &CUT_OFF,
    &COMPRESSED,
    &UNKNOWN_ENCODING,
    &NO_MESSAGE,
    &TWO_MESSAGES,
    &OVERSIZED,
    &NO_METHOD,
];

impl Profile {
    /// The statuses that are right in a situation.
    pub(crate) fn right(self, situation: &Situation) -> Vec<Code> {
        let more = if self == Profile::Tonic { situation.tonic } else { &[] };
        [situation.grpc, more].concat()
    }
}

/// Status codes as a sentence has them: `DEADLINE_EXCEEDED or CANCELLED`.
pub(crate) fn alternatives(codes: &[Code]) -> String {
    codes.iter().map(|code| code_name(*code)).collect::<Vec<_>>().join(" or ")
}
