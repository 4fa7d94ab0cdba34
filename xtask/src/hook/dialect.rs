//! The clients that are understood. A client is two functions: what it sends becomes an [`Event`], and an [`Answer`]
//! becomes what it reads. Nothing between the two knows which client it was.

use serde_json::Value;

use super::answer::Answer;
use super::claude_code;
use super::codex;
use super::event::Event;

/// One client.
pub(crate) struct Dialect {
    /// Its name on the command line: `gatefold hook NAME`.
    pub(crate) name: &'static str,
    /// Reads an event. Unknown events, tools and fields are let through; `Err` says why this is no event at all.
    pub(crate) decode: fn(&Value) -> Result<Event, String>,
    /// Writes the answer to an event of this name, or to none that could be read (then it is empty). What the client
    /// does not take for this event is left out, since clients throw away what they do not know, or all of it.
    pub(crate) encode: fn(event: &str, answer: &Answer) -> Output,
}

/// What the process leaves behind.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Output {
    /// One JSON object for standard output, or nothing.
    pub(crate) json: Option<Value>,
    /// A line for standard error.
    pub(crate) complaint: Option<String>,
    /// Whether to end with 2, which clients read as "block". Only where a client knows no other way.
    pub(crate) blocks_by_status: bool,
}

/// Every client, in the order of the help.
pub(crate) static CLIENTS: &[&Dialect] = &[&claude_code::DIALECT, &codex::DIALECT];

/// The client of this name.
pub(crate) fn of(name: &str) -> Option<&'static Dialect> {
    CLIENTS.iter().copied().find(|client| client.name == name)
}
