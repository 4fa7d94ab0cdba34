//! What a process wrote: the last part of it, and the address that it named.

use std::collections::VecDeque;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much of the output is kept, in bytes.
const KEPT: usize = 64 * 1024;
/// The longest line in which an address is looked for, in bytes.
const LINE: usize = 4 * 1024;
/// How many lines an error message shows.
const SHOWN: usize = 20;

/// The output of one process, filled by the threads that read its pipes.
#[derive(Clone, Default)]
pub(crate) struct Output(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    bytes: VecDeque<u8>,
    left_out: u64,
    address: Option<SocketAddr>,
}

impl Output {
    /// Reads a pipe to its end in a thread of its own. The thread is not waited for: a grandchild that left the
    /// process group could hold the pipe open for ever.
    pub(crate) fn follow(&self, mut pipe: impl Read + Send + 'static, look_for_address: bool) {
        let output = self.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 8 * 1024];
            let mut line = Vec::new();
            while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                output.keep(&chunk[..length]);
                if look_for_address {
                    for &byte in &chunk[..length] {
                        output.look(&mut line, byte);
                    }
                }
            }
        });
    }

    /// Everything that was kept, with a first line that says how much was not.
    pub(crate) fn text(&self) -> String {
        let mut state = self.state();
        let text = String::from_utf8_lossy(state.bytes.make_contiguous()).into_owned();
        match state.left_out {
            0 => text,
            bytes => format!("[{bytes} bytes left out]\n{text}"),
        }
    }

    /// The last lines, for an error message.
    pub(crate) fn tail(&self) -> String {
        let text = self.text();
        let lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            return "(it wrote nothing)".to_owned();
        }
        lines[lines.len().saturating_sub(SHOWN)..].join("\n")
    }

    /// The address of the first line that says `listening on ADDRESS`.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.state().address
    }

    fn keep(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.bytes.extend(bytes);
        let surplus = state.bytes.len().saturating_sub(KEPT);
        state.bytes.drain(..surplus);
        state.left_out += surplus as u64;
    }

    fn look(&self, line: &mut Vec<u8>, byte: u8) {
        if byte != b'\n' {
            if line.len() < LINE {
                line.push(byte);
            }
            return;
        }
        if let Some(address) = named_address(&String::from_utf8_lossy(line)) {
            self.state().address.get_or_insert(address);
        }
        line.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named_address(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on ")?;
    rest.split_whitespace().next()?.trim_end_matches(['.', ',', '"']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_inside_a_line_of_log() {
        for (line, expected) in [
            ("listening on 127.0.0.1:4711", Some("127.0.0.1:4711")),
            ("INFO now-playing: listening on [::1]:80, model 3", Some("[::1]:80")),
            ("listening on port 80", None),
            ("listening", None),
        ] {
            assert_eq!(named_address(line), expected.map(|text| text.parse().unwrap()), "{line}");
        }
    }

    #[test]
    fn only_the_end_of_a_long_output_is_kept_and_the_rest_is_counted() {
        let output = Output::default();
        output.keep(&vec![b'a'; KEPT]);
        output.keep(b"end");
        assert!(output.text().starts_with("[3 bytes left out]\naaa"));
        assert!(output.text().ends_with("aend"));
    }
}
