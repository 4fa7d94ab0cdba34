//! What robustness cases put on the wire, read by whoever stands between the guard and the service; and services that take
//! a case badly in each of the ways in which one can.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use service::testing::{Call, Reaction, background};
use service::{Code, Session};
use source::Change;

use super::scenarios::tree;
use super::stand_in::encoded;
use super::wire::{is_sound, robustness};
use crate::{Policy, Wanted, check_live};

/// What begins a connection of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Types of frames (RFC 9113, section 6).
const DATA: u8 = 0;
const RST_STREAM: u8 = 3;

/// The bytes that came over each connection.
type Came = Arc<Mutex<Vec<Vec<u8>>>>;

/// Whether a case came over a connection, by its bytes.
type Sees = fn(&[u8]) -> bool;

/// An address before a service, where all that comes is kept and handed on.
fn between(service: SocketAddr, came: Came) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            let Ok(callee) = TcpStream::connect(service) else { return };
            let index = {
                let mut came = came.lock().expect("nobody panics over it");
                came.push(Vec::new());
                came.len() - 1
            };
            let (back, forth) = (callee.try_clone(), caller.try_clone());
            let came = came.clone();
            std::thread::spawn(move || {
                hand_on(caller, &callee, |bytes| {
                    came.lock().expect("nobody panics over it")[index].extend_from_slice(bytes);
                });
            });
            if let (Ok(back), Ok(forth)) = (back, forth) {
                std::thread::spawn(move || hand_on(back, &forth, |_| {}));
            }
        }
    });
    address
}

fn hand_on(mut from: TcpStream, mut to: &TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut bytes = [0; 4096];
    while let Ok(count) = from.read(&mut bytes) {
        seen(&bytes[..count]);
        if count == 0 || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Write).ok();
}

/// Asks one case of a service; what is said of it, and what came over each connection.
fn ask(case: &str, react: fn(&Call) -> Reaction) -> (Vec<String>, Vec<Vec<u8>>) {
    let text = robustness("grpc", case);
    let change = Change::of_trees(None, tree(&text));
    let came = Came::default();
    let mut start = |wanted: &Wanted| {
        let pool = wanted.pool.clone();
        let service = background(move |call| match react(call) {
            Reaction::Answer(_) => {
                Reaction::Answer(encoded(&pool, "/p.v1.Ranker/Rank", &json!({ "model_version": "m" })))
            }
            other => other,
        });
        let address = between(service.map_err(|error| error.to_string())?, came.clone());
        Session::at(address, wanted.pool.clone()).map_err(|error| error.to_string())
    };
    let findings = check_live(&change, &Policy::default(), &mut start).expect("it is asked").findings;
    let said = findings.into_iter().map(|finding| finding.message).collect();
    let came = came.lock().expect("nobody panics over it").clone();
    (said, came)
}

fn react(call: &Call) -> Reaction {
    match call.path.starts_with("/grpc.reflection.") {
        true => Reaction::Refuse(Code::Unimplemented, String::new(), vec![]),
        false if is_sound(call) => Reaction::Answer(Vec::new()),
        false => Reaction::Refuse(Code::Internal, String::new(), vec![]),
    }
}

/// The frames of a connection: type, flags and content; those that are whole.
fn frames(bytes: &[u8]) -> Vec<(u8, u8, &[u8])> {
    let mut rest = bytes.strip_prefix(PREFACE).unwrap_or_default();
    let mut frames = Vec::new();
    while let Some((head, after)) = rest.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let Some(content) = after.get(..length) else { break };
        frames.push((head[3], head[4], content));
        rest = &after[length..];
    }
    frames
}

/// Whether a stream that sends this much is ended by the caller's taking it back, and never by its end.
fn is_taken_back(bytes: &[u8], sends: impl Fn(&[u8]) -> bool) -> bool {
    let frames = frames(bytes);
    let ends = |(kind, flags, _): &(u8, u8, &[u8])| *kind == DATA && flags & 1 == 1;
    frames.iter().any(|(kind, ..)| *kind == RST_STREAM)
        && !frames.iter().any(ends)
        && frames.iter().any(|(kind, _, content)| *kind == DATA && sends(content))
}

#[test]
fn what_comes_over_the_wire_is_what_the_case_says() {
    let cases: [(&str, Sees); 6] = [
        ("garbage_connection", |bytes| bytes.starts_with(&[0xff; 64])),
        ("garbage_frames", |bytes| bytes.starts_with(PREFACE) && bytes.ends_with(&[0xff; 64])),
        // It says 1,000 bytes, and nine come.
        ("truncated_frame", |bytes| {
            bytes.starts_with(PREFACE)
                && bytes
                    .ends_with(b"\x00\x03\xe8\x01\x04\x00\x00\x00\x01\x82\x82\x82\x82\x82\x82\x82\x82\x82")
        }),
        ("reset_streams", |bytes| frames(bytes).iter().filter(|(kind, ..)| *kind == RST_STREAM).count() > 10),
        ("cancelled_upload", |bytes| {
            is_taken_back(bytes, |content| content.len() > 5 && !content.ends_with(&[0; 64]))
        }),
        // The message of the sound request is a tag, a length and `sound`.
        ("cancelled_call", |bytes| is_taken_back(bytes, |content| content.ends_with(b"\x0a\x05sound"))),
    ];
    for (case, is_sent) in cases {
        // A busy machine takes some calls back before anything of them went.
        let comes = |_| {
            let (said, came) = ask(case, react);
            assert_eq!(said, [""; 0], "{case}");
            came.iter().any(|bytes| is_sent(bytes))
        };
        assert!((0..10).any(comes), "{case} does not come");
        // Nor does it come by itself.
        let (_, came) = ask("unknown_method", react);
        assert!(!came.iter().any(|bytes| is_sent(bytes)), "{case} comes with another");
    }
}

#[test]
fn a_service_that_drops_what_is_cut_off_has_given_no_status() {
    // The stand-in ends a call that it cannot read without a word.
    for (case, status) in [
        ("truncated_message", "INTERNAL"),
        ("truncated_length", "INTERNAL"),
        ("announced_size", "RESOURCE_EXHAUSTED"),
    ] {
        let (said, _) = ask(case, react);
        let expected =
            format!("robustness case `one` failed: {case}: expected the status {status}, got none");
        assert!(said.len() == 1 && said[0].starts_with(&expected), "{said:?}");
    }
}

#[test]
fn a_service_that_answers_once_is_not_as_it_was_after_callers_who_leave() {
    static HAS_ANSWERED: AtomicBool = AtomicBool::new(false);
    let react = |call: &Call| match is_sound(call) && HAS_ANSWERED.swap(true, Ordering::SeqCst) {
        true => Reaction::Refuse(Code::Unavailable, String::new(), vec![]),
        false => react(call),
    };
    let (said, _) = ask("reset_streams, cancelled_call", react);
    assert!(
        said.len() == 1 && said[0].contains("afterwards, the sound request failed: expected the status OK"),
        "{said:?}"
    );
}
