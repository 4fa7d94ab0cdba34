//! What the low-level client sends and hears, and what a stand-in before a dependency writes down.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use service::testing::{Reaction, serve};
use service::wire::{End, Heard, Outgoing, Wire, frame, messages, parse_timeout, send_bytes, timeout_value};
use service::{Code, StandIn};

const ECHO: &str = "test.v1.Echo/Say";
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that does what the first letter of a request says.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        serve(listener, |_, request| match request.first() {
            Some(b'h') => Reaction::Hang,
            Some(b'r') => Reaction::Reset,
            Some(b'b') => Reaction::Answer(vec![b'x'; 300_000]),
            _ => Reaction::Answer(request.to_vec()),
        })
    });
    address
}

fn say(wire: &mut Wire, text: &str, patience: Duration) -> Heard {
    wire.send(&Outgoing::new(ECHO, frame(text.as_bytes())), patience)
}

#[test]
fn an_answer_is_heard_as_it_was_sent_with_its_status_and_time() {
    let mut wire = Wire::to(server()).expect("there is a thread");
    let heard = say(&mut wire, "a", PATIENCE);
    assert_eq!((heard.code, heard.http, &heard.broken), (Some(Code::Ok), Some(200), &None), "{heard:?}");
    assert_eq!(messages(&heard.body), ["a"]);
    let large = say(&mut wire, "b", PATIENCE);
    assert_eq!(messages(&large.body)[0].len(), 300_000, "more than a window of the protocol holds");
}

#[test]
fn silence_a_reset_and_nobody_there_are_told_apart_and_the_connection_lives_on() {
    let mut wire = Wire::to(server()).expect("there is a thread");
    let silent = say(&mut wire, "h", Duration::from_millis(100));
    assert_eq!(silent.broken.as_deref(), Some("nothing within 100ms"));
    assert!(silent.after >= Duration::from_millis(100));
    let reset = say(&mut wire, "r", PATIENCE);
    assert!(reset.code.is_none() && reset.broken.is_some_and(|reason| reason.contains("stream error")));
    assert_eq!(say(&mut wire, "a", PATIENCE).code, Some(Code::Ok));
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let mut nobody = Wire::to(free.expect("there is a free port")).expect("there is a thread");
    assert!(say(&mut nobody, "a", PATIENCE).broken.is_some_and(|reason| reason.contains("refused")));
}

#[test]
fn many_streams_go_over_one_connection_and_a_cancelled_one_disturbs_no_other() {
    let mut wire = Wire::to(server()).expect("there is a thread");
    let mut outgoing = vec![Outgoing::new(ECHO, frame(b"a")); 300];
    outgoing[150] = Outgoing::new(ECHO, frame(b"h")).ending(End::Cancelled(Duration::from_millis(20)));
    outgoing[151] = Outgoing::new(ECHO, &b"\0\0\0"[..]).ending(End::Cancelled(Duration::ZERO));
    let heard = wire.send_together(&outgoing, PATIENCE);
    let unanswered: Vec<_> = heard.iter().filter(|heard| heard.code != Some(Code::Ok)).collect();
    assert_eq!(unanswered.len(), 2, "{unanswered:?}");
    assert_eq!(heard[150].broken.as_deref(), Some("the call was cancelled"));
}

#[test]
fn bytes_that_are_no_http_end_the_connection_and_nothing_else() {
    let address = server();
    let ended = send_bytes(address, b"GET / HTTP/1.1\r\n\r\n\xff\xfe", PATIENCE);
    assert!(ended.expect("somebody is there"));
    let mut wire = Wire::to(address).expect("there is a thread");
    assert_eq!(say(&mut wire, "a", PATIENCE).code, Some(Code::Ok));
}

fn granted(wire: &mut Wire, text: &str, timeout: Option<Duration>, patience: Duration) -> Heard {
    let outgoing = Outgoing::new(ECHO, frame(text.as_bytes()));
    let outgoing = match timeout {
        Some(timeout) => outgoing.header("grpc-timeout", timeout_value(timeout)),
        None => outgoing,
    };
    wire.send(&outgoing, patience)
}

#[test]
fn a_stand_in_passes_on_and_writes_down_what_was_granted() {
    let stand_in = StandIn::before(server()).expect("there is a free port");
    let mut wire = Wire::to(stand_in.address()).expect("there is a thread");
    let quarter = Duration::from_millis(250);
    assert_eq!(messages(&granted(&mut wire, "a", Some(quarter), PATIENCE).body), ["a"]);
    assert_eq!(granted(&mut wire, "a", None, PATIENCE).code, Some(Code::Ok));
    let calls = stand_in.received();
    let told: Vec<_> = calls.iter().map(|call| (call.rpc.as_str(), call.timeout, call.answered)).collect();
    assert_eq!(told, [(ECHO, Some(quarter), true), (ECHO, None, true)]);
    assert_eq!(parse_timeout(&timeout_value(quarter)), Some(quarter));
    stand_in.forget();
    assert!(stand_in.received().is_empty());
}

#[test]
fn a_stand_in_that_stalls_sees_when_it_is_given_up() {
    let stand_in = StandIn::before(server()).expect("there is a free port");
    let mut wire = Wire::to(stand_in.address()).expect("there is a thread");
    stand_in.stall(ECHO);
    let heard = granted(&mut wire, "a", None, Duration::from_millis(100));
    assert!(heard.code.is_none());
    let patience = Instant::now() + PATIENCE;
    while stand_in.received().iter().any(|call| call.given_up.is_none()) {
        assert!(Instant::now() < patience, "the cancelled call was never seen as such");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!stand_in.received()[0].answered);
    stand_in.pass_all();
    assert_eq!(granted(&mut wire, "a", None, PATIENCE).code, Some(Code::Ok));
}

#[test]
fn a_stand_in_before_nobody_hangs_up_and_one_that_is_gone_answers_nobody() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let stand_in = StandIn::before(free.expect("there is a free port")).expect("there is a free port");
    let address = stand_in.address();
    let mut wire = Wire::to(address).expect("there is a thread");
    assert!(say(&mut wire, "a", PATIENCE).broken.is_some());
    drop(stand_in);
    let mut wire = Wire::to(address).expect("there is a thread");
    assert!(say(&mut wire, "a", PATIENCE).broken.is_some());
}
