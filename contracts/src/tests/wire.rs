//! The sections `deadlines` and `robustness`: what is wrong in them is told with its place, and what is asked is judged.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use service::testing::{Call, Reaction};
use service::{Code, Session};
use source::Change;

use super::scenarios::{refuse, tree};
use super::stand_in::{encoded, reacting};
use crate::{Policy, Wanted, check_live};

fn file(profile: &str, section: &str) -> String {
    format!("contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\nprofile: {profile}\n{section}\n")
}

#[test]
fn what_makes_no_sense_is_refused_where_it_stands() {
    const SOUND: &str = "sound: { rpc: Rank, expect: { status: OK } }";
    // A `^` stands before what is refused.
    let entry = |section: &str, rest: &str, part: &str| {
        let line = format!("{section}: [{{ name: one, {rest} }}]");
        let column = line.find('^').map_or(0, |index| index + 1);
        refuse(&file("grpc", &line.replace('^', "")), &format!("5:{column}"), part);
    };
    for (rest, part) in [
        ("sound: { rpc: ^Rang, expect: { status: OK } }".to_owned(), "no method `Rang`"),
        ("sound: { rpc: Rank, request: { nope: ^1 }, expect: { status: OK } }".to_owned(), "no field `nope`"),
        ("sound: { rpc: ^Watch, expect: { status: OK } }".to_owned(), "streaming"),
        (format!("{SOUND}, ^cases: []"), "nothing would be sent"),
        (format!("{SOUND}, cases: [^garbage]"), "garbage"),
        (format!("{SOUND}, oversized: ^0"), "between 1 and"),
        (format!("{SOUND}, oversized: ^100000000"), "between 1 and"),
        (format!("{SOUND}, streams: ^20000"), "between 1 and"),
        (format!("{SOUND}, statuses: {{ ^many_streams: [OK] }}"), "it has no status"),
        (format!("{SOUND}, statuses: {{ no_message: [^Ok] }}"), "no status code"),
    ] {
        entry("robustness", &rest, part);
    }
    for (rest, part) in [
        ("rpc: ^Rang, timeout: 5ms", "no method `Rang`"),
        ("rpc: Rank, timeout: ^5 ms", "is no time"),
        ("rpc: Rank, timeout: 5ms, request: { nope: ^1 }", "no field `nope`"),
        ("rpc: Rank, timeout: 5ms, expect: { status_in: [^LATE] }", "no status code"),
        ("rpc: Rank, timeout: 50ms, expect: { within: ^5ms }", "over before the deadline"),
        (
            "rpc: Rank, timeout: 5ms, stalls: { dependency: m, rpc: ^p.v1.Model/Ask }",
            "no service `p.v1.Model`",
        ),
    ] {
        entry("deadlines", rest, part);
    }
    refuse(&file("java", "deadlines: [{ name: one, rpc: Rank, timeout: 5ms }]"), "4:10", "java");
}

/// Asks one promise of a service that reacts like this, and gives back all that is said of it but the request.
fn ask(text: &str, react: impl Fn(&Call) -> Reaction + Clone + Send + Sync + 'static) -> Vec<String> {
    let change = Change::of_trees(None, tree(text));
    let mut start = |wanted: &Wanted| -> Result<Session, String> {
        let react = react.clone();
        reacting(wanted, move |pool, call| match react(call) {
            Reaction::Answer(_) => {
                Reaction::Answer(encoded(pool, "/p.v1.Ranker/Rank", &json!({ "model_version": "m" })))
            }
            other => other,
        })
    };
    let findings = check_live(&change, &Policy::default(), &mut start).expect("it is asked").findings;
    findings.iter().for_each(findings::testing::check_message);
    let texts = findings.iter().flat_map(|finding| {
        let notes = finding.notes.iter().map(|note| note.text.clone());
        [finding.message.clone()].into_iter().chain(notes)
    });
    texts.filter(|text| !text.starts_with("asked ") && !text.starts_with("the sound request is")).collect()
}

pub(super) fn robustness(profile: &str, cases: &str) -> String {
    let sound = "sound: { rpc: Rank, request: { id: sound }, expect: { status: OK, response: { model_version: m } } }";
    file(
        profile,
        &format!("robustness: [{{ name: one, {sound}, cases: [{cases}], oversized: 1000, streams: 50 }}]"),
    )
}

pub(super) fn is_sound(call: &Call) -> bool {
    call.path == "/p.v1.Ranker/Rank" && call.messages.len() == 1 && call.messages[0].ends_with(b"sound")
}

/// The end of an answer, in which nothing stands that a system words as it likes.
fn check(text: &str, react: impl Fn(&Call) -> Reaction + Clone + Send + Sync + 'static, expected: &[&str]) {
    let found = ask(text, react);
    assert_eq!(found.len(), expected.len(), "{text}: {found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{text}: {found} has no {expected}");
    }
}

fn answer() -> Reaction {
    Reaction::Answer(Vec::new())
}

fn refusal(code: Code) -> Reaction {
    Reaction::Refuse(code, String::new(), vec![])
}

#[test]
fn a_service_that_takes_whatever_comes_fails_by_every_status() {
    let statuses = "unknown_method, no_message, two_messages, garbage_message, compressed_message, \
                    unknown_encoding, oversized_message";
    check(
        &robustness("grpc", statuses),
        |call| if call.messages.is_empty() { Reaction::Reset } else { answer() },
        &[
            "robustness case `one` failed: unknown_method: expected the status UNIMPLEMENTED, got OK and 6 more",
            "no_message: expected the status UNIMPLEMENTED, got none (stream error",
            "two_messages: expected the status UNIMPLEMENTED, got OK",
            "garbage_message: expected the status INTERNAL, got OK",
            "compressed_message: expected the status INTERNAL, got OK",
            "unknown_encoding: expected the status UNIMPLEMENTED, got OK",
            "oversized_message: expected the status RESOURCE_EXHAUSTED, got OK",
        ],
    );
}

#[test]
fn what_tonic_does_instead_is_right_under_its_profile_alone() {
    let react = |call: &Call| if is_sound(call) { answer() } else { refusal(Code::OutOfRange) };
    let text = robustness("grpc", "oversized_message");
    check(&text, react, &["expected the status RESOURCE_EXHAUSTED, got OUT_OF_RANGE"]);
    check(&robustness("tonic", "oversized_message"), react, &[]);
    let allowed = text.replace("streams: 50", "statuses: { oversized_message: [OUT_OF_RANGE] }");
    check(&allowed, react, &[]);
}

#[test]
fn a_service_that_refuses_and_lives_on_passes() {
    let cases = "cancelled_upload, cancelled_call, many_streams, reset_streams, garbage_connection, \
                 garbage_frames, truncated_frame, garbage_message";
    let react = |call: &Call| if is_sound(call) { answer() } else { refusal(Code::Internal) };
    check(&robustness("grpc", cases), react, &[]);
}

#[test]
fn a_service_that_answers_wrongly_afterwards_fails_and_one_that_did_before_is_not_tried() {
    let after = std::sync::Arc::new(AtomicUsize::new(0));
    let react = {
        let after = after.clone();
        move |call: &Call| match is_sound(call) {
            false => {
                after.store(1, Ordering::SeqCst);
                refusal(Code::Internal)
            }
            true if after.load(Ordering::SeqCst) == 0 => answer(),
            true => refusal(Code::Unknown),
        }
    };
    check(
        &robustness("grpc", "garbage_message"),
        react,
        &["garbage_message: afterwards, the sound request failed: expected the status OK, got UNKNOWN"],
    );
    check(
        &robustness("grpc", "garbage_message, no_message"),
        |_: &Call| refusal(Code::Unknown),
        &["before anything was sent, the sound request failed: expected the status OK, got UNKNOWN"],
    );
}

#[test]
fn a_service_that_drops_some_of_many_calls_fails_and_one_that_refuses_some_does_not() {
    let every_tenth = |other: Reaction| {
        let count = std::sync::Arc::new(AtomicUsize::new(0));
        move |_: &Call| match count.fetch_add(1, Ordering::SeqCst) % 10 {
            5 => other.clone(),
            _ => answer(),
        }
    };
    let text = robustness("grpc", "many_streams");
    check(&text, every_tenth(refusal(Code::ResourceExhausted)), &[]);
    check(
        &text,
        every_tenth(Reaction::Reset),
        &[
            "many_streams: expected each of 50 calls to have the status OK or RESOURCE_EXHAUSTED or UNAVAILABLE",
        ],
    );
}

fn deadline(profile: &str, rest: &str) -> String {
    file(profile, &format!("deadlines: [{{ name: one, rpc: Rank, timeout: 50ms{rest} }}]"))
}

#[test]
fn a_status_that_comes_late_or_never_or_is_another_one_fails() {
    let slow = |code: Code, pause: u64| {
        move |call: &Call| {
            assert!(call.metadata.contains(&("grpc-timeout".to_owned(), "50000000n".to_owned())));
            std::thread::sleep(Duration::from_millis(pause));
            if code == Code::Ok { answer() } else { refusal(code) }
        }
    };
    let within = ", expect: { within: 10s }";
    check(&deadline("grpc", within), slow(Code::DeadlineExceeded, 0), &[]);
    check(&deadline("tonic", within), slow(Code::Cancelled, 0), &[]);
    check(
        &deadline("grpc", within),
        slow(Code::Cancelled, 0),
        &["deadline `one` failed: expected the status DEADLINE_EXCEEDED or OK, got CANCELLED after"],
    );
    check(
        &deadline("tonic", ", expect: { status_in: [DEADLINE_EXCEEDED, CANCELLED] }"),
        slow(Code::Ok, 400),
        &[
            "expected the status DEADLINE_EXCEEDED or CANCELLED, got OK after",
            "expected a status within 150ms, got OK after",
        ],
    );
    check(&deadline("grpc", ", expect: { status_in: [OK], within: 10s }"), slow(Code::Ok, 0), &[]);
    check(&deadline("grpc", within), slow(Code::Ok, 0), &[]);
    check(&deadline("grpc", ""), slow(Code::Ok, 400), &["expected a status within 150ms, got OK after"]);
    check(
        &deadline("grpc", ""),
        |_: &Call| Reaction::Hang,
        &["expected a status within 150ms, got none: nothing within 1.15s"],
    );
}

#[test]
fn a_machine_that_is_slow_once_does_not_fail_a_deadline() {
    let text = deadline("grpc", ", expect: { within: 10s }");
    let wrong_until = |attempts: usize| {
        let asked = std::sync::Arc::new(AtomicUsize::new(0));
        move |_: &Call| match asked.fetch_add(1, Ordering::SeqCst) < attempts {
            true => refusal(Code::Unknown),
            false => refusal(Code::DeadlineExceeded),
        }
    };
    check(&text, wrong_until(2), &[]);
    check(&text, wrong_until(3), &["expected the status DEADLINE_EXCEEDED or OK, got UNKNOWN after"]);
}

#[test]
fn a_dependency_that_the_policy_does_not_give_is_an_error_and_no_pass() {
    let text = deadline("grpc", ", stalls: { dependency: model, rpc: p.v1.Ranker/Rank }");
    let change = Change::of_trees(None, tree(&text));
    let mut start = |wanted: &Wanted| reacting(wanted, |_, _| Reaction::Hang);
    let error = check_live(&change, &Policy::default(), &mut start).expect_err("it is none").to_string();
    assert!(error.contains("the policy gives `ranker` no dependency `model`"), "{error}");
}
