//! Misuses as they go over the wire, and what is wrong with what the service says to them.

use std::net::SocketAddr;
use std::time::Duration;

use prost_reflect::prost::bytes::Bytes;
use service::wire::{End, Heard, Outgoing, Wire, frame, send_bytes, timeout_value};
use service::{Code, code_name};

use super::misuse::Misuse;
use crate::promise::profile::alternatives;

/// How long a status may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a service is given to hang up on what is no HTTP/2. Whether it does is its own affair.
const HANGING_UP: Duration = Duration::from_millis(100);
/// How long a call is open before it is cancelled.
const BRIEFLY: Duration = Duration::from_millis(2);
/// What begins a connection of HTTP/2 (RFC 9113, section 3.4): the preface and empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
/// A header of HEADERS on stream 1 that announces 1,000 bytes (RFC 9113, section 4.1).
const HEADERS_OF_1000: &[u8] = b"\x00\x03\xe8\x01\x04\x00\x00\x00\x01";
/// No field of a message begins like this: a number of eleven bytes.
const GARBAGE: [u8; 64] = [0xff; 64];

/// What misuses are made of.
pub(super) struct Sending {
    pub(super) rpc: String,
    /// The sound request.
    pub(super) message: Vec<u8>,
    pub(super) metadata: Vec<(String, String)>,
    /// The length of a message that is too large.
    pub(super) oversized: usize,
    /// How many streams are many.
    pub(super) streams: usize,
    /// The deadline that every call says.
    pub(super) deadline: Duration,
    /// The statuses that are right for a sound request among many.
    pub(super) among_many: Vec<Code>,
}

impl Sending {
    /// Sends one misuse over a connection of its own. Gives back what is wrong with what the service said, if anything is.
    pub(super) fn send(&self, misuse: Misuse, address: SocketAddr, right: &[Code]) -> Option<String> {
        match misuse {
            Misuse::GarbageConnection => self.bytes(address, &[&GARBAGE[..], b"\r\n\r\n"].concat()),
            Misuse::GarbageFrames => self.bytes(address, &[PREFACE, &GARBAGE].concat()),
            Misuse::TruncatedFrame => self.bytes(address, &[PREFACE, HEADERS_OF_1000, &[0x82; 9]].concat()),
            Misuse::ManyStreams => self.many(address),
            Misuse::ResetStreams => {
                self.cancelled(address, vec![self.sound(End::Cancelled(Duration::ZERO)); self.streams])
            }
            Misuse::CancelledCall => self.cancelled(address, vec![self.sound(End::Cancelled(BRIEFLY))]),
            Misuse::CancelledUpload => {
                let whole = frame(&[self.message.as_slice(), &[0; 64]].concat());
                let half = whole.slice(..whole.len() / 2);
                self.cancelled(address, vec![self.call(half).ending(End::Cancelled(BRIEFLY))])
            }
            _ => self.refused(address, &self.malformed(misuse), right),
        }
    }

    /// A call that the service must answer with a status.
    fn malformed(&self, misuse: Misuse) -> Outgoing {
        let whole = frame(&self.message);
        let compressed = || {
            let mut bytes = whole.to_vec();
            bytes[0] = 1;
            self.call(bytes)
        };
        match misuse {
            Misuse::GarbageMessage => self.call(frame(&GARBAGE)),
            Misuse::TruncatedMessage => self.call(frame(&[&self.message[..], &[0; 64]].concat()).slice(..9)),
            Misuse::TruncatedLength => self.call(whole.slice(..3)),
            Misuse::CompressedMessage => compressed(),
            Misuse::UnknownEncoding => compressed().header("grpc-encoding", "x-nobody-knows"),
            Misuse::NoMessage => self.call(Vec::new()),
            Misuse::TwoMessages => self.call([&whole[..], &whole[..]].concat()),
            Misuse::OversizedMessage => self.call(frame(&vec![0; self.oversized])),
            Misuse::AnnouncedSize => self.call(vec![0, 0xff, 0xff, 0xff, 0xff]),
            Misuse::UnknownMethod => {
                let rpc = self.rpc.replace('/', "/NobodyHas");
                Outgoing { rpc, ..self.call(whole) }
            }
            _ => self.call(whole),
        }
    }

    fn call(&self, body: impl Into<Bytes>) -> Outgoing {
        let outgoing = Outgoing::new(self.rpc.clone(), body);
        let outgoing = outgoing.header("grpc-timeout", timeout_value(self.deadline));
        self.metadata.iter().fold(outgoing, |outgoing, (name, value)| outgoing.header(name, value.as_str()))
    }

    fn sound(&self, end: End) -> Outgoing {
        self.call(frame(&self.message)).ending(end)
    }

    fn refused(&self, address: SocketAddr, outgoing: &Outgoing, right: &[Code]) -> Option<String> {
        let heard = match Wire::to(address) {
            Ok(mut wire) => wire.send(outgoing, PATIENCE),
            Err(error) => return Some(error.to_string()),
        };
        let said = said(&heard);
        let is_right = heard.code.is_some_and(|code| right.contains(&code));
        (!is_right).then(|| format!("expected the status {}, got {said}", alternatives(right)))
    }

    /// Each of many calls is answered, or refused because there are too many.
    fn many(&self, address: SocketAddr) -> Option<String> {
        let patience = self.deadline.saturating_add(PATIENCE);
        let heard = match Wire::to(address) {
            Ok(mut wire) => wire.send_together(&vec![self.sound(End::Finished); self.streams], patience),
            Err(error) => return Some(error.to_string()),
        };
        let right = &self.among_many;
        let wrong: Vec<&Heard> =
            heard.iter().filter(|heard| heard.code.is_none_or(|code| !right.contains(&code))).collect();
        let first = wrong.first()?;
        Some(format!(
            "expected each of {} calls to have the status {}, got {} for {} of them",
            self.streams,
            alternatives(right),
            said(first),
            wrong.len()
        ))
    }

    fn cancelled(&self, address: SocketAddr, outgoing: Vec<Outgoing>) -> Option<String> {
        match Wire::to(address) {
            // Nothing is said to a caller who has gone.
            Ok(mut wire) => drop(wire.send_together(&outgoing, PATIENCE)),
            Err(error) => return Some(error.to_string()),
        }
        None
    }

    fn bytes(&self, address: SocketAddr, bytes: &[u8]) -> Option<String> {
        send_bytes(address, bytes, HANGING_UP).err().map(|error| error.to_string())
    }
}

/// What was heard, in a few words.
fn said(heard: &Heard) -> String {
    match (heard.code, &heard.broken, heard.http) {
        (Some(code), _, _) => code_name(code).to_owned(),
        (None, Some(reason), _) => format!("none ({})", reason.replace('`', "'")),
        (None, None, Some(http)) => format!("none (HTTP {http})"),
        (None, None, None) => "none".to_owned(),
    }
}
