//! A client that sends exactly what it is given, well-formed or not, and hears exactly what the service says.
//!
//! The ordinary client would hide the service: it refuses to send what is wrong, and ends a call by its own clock.
//! What goes over the wire: <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>.

mod exchange;
mod timeout;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use h2::client::SendRequest;
use prost_reflect::prost::bytes::Bytes;
use tokio::runtime::Runtime;
use tonic::Code;

use crate::Error;

pub use timeout::{parse_timeout, timeout_value};

/// How long a connection over loopback may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// One connection of HTTP/2, made when it is first needed and anew when it was lost.
pub struct Wire {
    runtime: Runtime,
    address: SocketAddr,
    sender: Option<SendRequest<Bytes>>,
}

/// One stream as it is to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The method, as in `ranking.v1.NowPlaying/RankQueue`.
    pub rpc: String,
    /// Headers besides those that every call has.
    pub headers: Vec<(String, String)>,
    /// What follows the headers, whatever it is.
    pub body: Bytes,
    /// How the stream ends on this side.
    pub end: End,
}

/// How a stream ends on the side of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The caller has said everything and listens.
    Finished,
    /// The caller cancels once its body was handed over and this time has passed.
    Cancelled(Duration),
}

/// What was heard on one stream.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The status code; `None` if the service sent none.
    pub code: Option<Code>,
    /// The status message, percent signs resolved.
    pub message: String,
    /// The status of HTTP, where there was one.
    pub http: Option<u16>,
    /// Everything that followed the headers.
    pub body: Bytes,
    /// From the sending of the headers to the status, or to the end of the patience.
    pub after: Duration,
    /// Why nothing more was heard, if the stream did not end by itself.
    pub broken: Option<String>,
}

impl Wire {
    /// A client for an address.
    ///
    /// # Errors
    /// Where the system has no threads left for it.
    pub fn to(address: SocketAddr) -> Result<Wire, Error> {
        // One worker, so that the connection is kept up between calls too.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| Error::NoClient { address, reason: error.to_string() })?;
        Ok(Wire { runtime, address, sender: None })
    }

    /// Sends one stream and listens for as long as the patience lasts.
    pub fn send(&mut self, outgoing: &Outgoing, patience: Duration) -> Heard {
        let mut heard = self.send_together(std::slice::from_ref(outgoing), patience);
        heard.pop().unwrap_or_else(|| Heard::nothing("nothing was sent".to_owned()))
    }

    /// Sends streams over one connection, all at once as far as the service lets them, and listens to each for as long
    /// as the patience lasts. What was heard stands in the order of what was sent.
    pub fn send_together(&mut self, outgoing: &[Outgoing], patience: Duration) -> Vec<Heard> {
        let Wire { runtime, address, sender } = self;
        runtime.block_on(async {
            let open = match sender.take() {
                // Whether a connection was lost shows when it is next used.
                Some(open) => open.ready().await.ok(),
                None => None,
            };
            let open = match open {
                Some(open) => open,
                None => match exchange::connect(*address, CONNECT_WITHIN).await {
                    Ok(open) => open,
                    Err(reason) => return vec![Heard::nothing(reason); outgoing.len()],
                },
            };
            *sender = Some(open.clone());
            let started = Instant::now();
            let streams: Vec<_> = outgoing
                .iter()
                .map(|outgoing| {
                    let call = exchange::exchange(open.clone(), *address, outgoing.clone());
                    tokio::spawn(exchange::patiently(call, started, patience))
                })
                .collect();
            let mut heard = Vec::with_capacity(streams.len());
            for stream in streams {
                heard.push(stream.await.unwrap_or_else(|error| Heard::nothing(error.to_string())));
            }
            heard
        })
    }
}

/// Sends bytes to an address where a connection of HTTP/2 is expected, and waits until the service hangs up or the
/// patience ends. Gives back whether it hung up.
///
/// # Errors
/// Where there is nobody to connect to.
pub fn send_bytes(address: SocketAddr, bytes: &[u8], patience: Duration) -> Result<bool, Error> {
    let failed = |error: std::io::Error| Error::NoClient { address, reason: error.to_string() };
    let until = Instant::now() + patience;
    let mut stream = TcpStream::connect_timeout(&address, CONNECT_WITHIN).map_err(failed)?;
    stream.set_write_timeout(Some(patience)).map_err(failed)?;
    // A service that hangs up while it is written to has heard enough.
    if stream.write_all(bytes).is_err() {
        return Ok(true);
    }
    let mut chunk = [0; 4 * 1024];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        stream.set_read_timeout(Some(left)).map_err(failed)?;
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(error) if is_timeout(&error) => return Ok(false),
            Err(_) => return Ok(true),
        }
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

/// A message as it goes over the wire: whether it is compressed, its length, itself.
pub fn frame(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[0], length.as_slice(), message].concat().into()
}

/// The messages in a body. What is left of a frame that is not whole is passed over.
pub fn messages(body: &Bytes) -> Vec<Bytes> {
    let mut messages = Vec::new();
    let mut rest = body.clone();
    while let Some(prefix) = rest.first_chunk::<5>() {
        let [_, length @ ..] = *prefix;
        let end = (u32::from_be_bytes(length) as usize).saturating_add(5);
        if rest.len() < end {
            break;
        }
        let mut message = rest.split_to(end);
        messages.push(message.split_off(5));
    }
    messages
}

impl Outgoing {
    /// A whole stream with a body.
    pub fn new(rpc: impl Into<String>, body: impl Into<Bytes>) -> Outgoing {
        Outgoing { rpc: rpc.into(), headers: Vec::new(), body: body.into(), end: End::Finished }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Outgoing {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The same, ended otherwise.
    #[must_use]
    pub fn ending(mut self, end: End) -> Outgoing {
        self.end = end;
        self
    }
}

impl Heard {
    pub(crate) fn nothing(reason: String) -> Heard {
        Heard {
            code: None,
            message: String::new(),
            http: None,
            body: Bytes::new(),
            after: Duration::ZERO,
            broken: Some(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_framed_and_found_again() {
        for messages in [vec![], vec![""], vec!["a", "", "bcd"]] {
            let body: Vec<u8> = messages.iter().flat_map(|message| frame(message.as_bytes())).collect();
            assert_eq!(super::messages(&body.into()), messages);
        }
    }

    #[test]
    fn what_is_not_whole_is_no_message() {
        for rest in [&[0, 0][..], &[0, 0, 0, 0, 2, 7], &[0, 0xff, 0xff, 0xff, 0xff, 1]] {
            let body = [&frame(b"whole")[..], rest].concat();
            assert_eq!(messages(&body.into()), ["whole"], "{rest:?}");
        }
    }
}
