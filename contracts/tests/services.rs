//! Services that behave badly as processes: what the live tier says of each, and that nothing of them is left.
//!
//! The services are this very test binary, started anew with the name of an act in its environment.

#![cfg(unix)]

use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

use contracts::{Policy, Wanted, check_live};
use service::testing::{Call, Reaction, serve_calls, serving};
use service::wire::{Outgoing, Wire, frame, parse_timeout, timeout_value};
use service::{Circumstances, Code, Services, Workshop};
use source::{Change, Tree};

const PROTO: &str = "syntax = \"proto3\"; package p.v1; message M { string id = 1; } \
                     service Ranker { rpc Rank(M) returns (M); } service Model { rpc Ask(M) returns (M); }";
const MODEL: &str = "p.v1.Model/Ask";

/// Not a test: what the started copies do.
#[test]
#[ignore = "an act for the other tests"]
#[expect(clippy::print_stdout, reason = "a service says where it listens")]
#[expect(clippy::zombie_processes, reason = "whether children are left is what is tested")]
fn act() {
    let act = std::env::var("ACT").expect("the act is named");
    if act == "end at once" {
        println!("the model is missing");
        std::process::exit(7);
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    let child = Command::new("sleep").arg("64").spawn().expect("there is a sleep");
    let note = std::env::var("NOTE").expect("it is told where to write");
    std::fs::write(format!("{note}/{}", child.id()), "").expect("it is written");
    if act == "never ready" {
        std::thread::sleep(Duration::from_secs(60));
    }
    println!("listening on {address}");
    let model = std::env::var("MODEL").ok().and_then(|address| address.parse().ok());
    serve_calls(listener, move |call| match call.path.as_str() {
        "/grpc.health.v1.Health/Check" => serving(),
        path if path.starts_with("/grpc.reflection.") => {
            Reaction::Refuse(Code::Unimplemented, String::new(), vec![])
        }
        _ => react(&act, call, model),
    })
    .expect("it serves until it is ended");
}

fn react(act: &str, call: &Call, model: Option<SocketAddr>) -> Reaction {
    let message = call.messages.first().cloned().unwrap_or_default();
    let is_garbage = message.first() == Some(&0xff);
    match act {
        "die half way" => std::process::exit(101),
        "die of garbage" if is_garbage => std::process::exit(139),
        "hang" => Reaction::Hang,
        "die a moment later" if is_garbage => {
            std::thread::spawn(|| {
                std::thread::sleep(Duration::from_millis(100));
                std::process::exit(139);
            });
            Reaction::Refuse(Code::Internal, String::new(), vec![])
        }
        // A string where the protos have one, of bytes that are no text.
        "answer another schema" => Reaction::Answer(vec![0x0a, 1, 0xff]),
        _ if is_garbage => Reaction::Refuse(Code::Internal, String::new(), vec![]),
        _ => match model {
            Some(model) => ask(act, call, model),
            None => Reaction::Answer(message.to_vec()),
        },
    }
}

/// Asks the model as the act has it, and says that it came too late.
fn ask(act: &str, call: &Call, model: SocketAddr) -> Reaction {
    let started = Instant::now();
    let granted = call.metadata.iter().find(|(name, _)| name == "grpc-timeout");
    let granted = granted.and_then(|(_, value)| parse_timeout(value)).unwrap_or(Duration::from_secs(1));
    let outgoing = Outgoing::new(MODEL, frame(b""));
    if act == "waste half of the time" {
        std::thread::sleep(granted / 2);
    }
    let left = granted.saturating_sub(started.elapsed());
    let outgoing = match act {
        "set no deadline" => outgoing,
        "waste half of the time" => outgoing.header("grpc-timeout", timeout_value(granted)),
        _ => outgoing.header("grpc-timeout", timeout_value(left)),
    };
    let wait = if act == "hold on" { Duration::from_secs(5) } else { left };
    if act == "ask nobody" {
        std::thread::sleep(left);
        return Reaction::Refuse(Code::DeadlineExceeded, String::new(), vec![]);
    }
    // A client of its own, which waits, has to do so on a thread of its own.
    let asking = std::thread::spawn(move || Wire::to(model).map(|mut wire| wire.send(&outgoing, wait)));
    match act {
        "hold on" => std::thread::sleep(left),
        _ => drop(asking.join()),
    }
    Reaction::Refuse(Code::DeadlineExceeded, String::new(), vec![])
}

/// What is said of a service that does this, and of its file; every process that it started is gone.
fn check(act: &str, section: &str) -> Result<Vec<String>, String> {
    let notes = tempfile::tempdir().expect("there is room for a folder");
    let program = std::env::current_exe().expect("this binary has a path").to_string_lossy().into_owned();
    let variables = [format!("ACT={act}"), format!("NOTE={}", notes.path().display())];
    let command = |more: &[String]| {
        let act = [&program, "act", "--exact", "--ignored", "--nocapture"].map(str::to_owned);
        [&["/usr/bin/env".to_owned()], more, &act].concat()
    };
    let model = [&variables[..1].concat().replace(act, "answer"), &variables[1]].map(Clone::clone);
    let handed = [&variables[0], &variables[1], &"MODEL={dependency:model}".to_owned()].map(Clone::clone);
    let services = serde_json::json!({
        "alone": { "run": command(&variables), "ready_within": "2s" },
        "asking": { "run": command(&handed), "dependencies": { "model": "model" } },
        "model": { "run": command(&model) },
    });
    let services: Services = serde_json::from_value(services).expect("they are read");
    let path = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let mut workshop = Workshop::new("/", services, path.clone(), path);
    let target = if section.contains("stalls") { "asking" } else { "alone" };
    let text = format!("contracts: 1\nservice: p.v1.Ranker\ntarget: {target}\n{section}\n");
    let tree = Tree::from_memory([("protos/p.proto", PROTO), ("services/x/contracts/x.yaml", text.as_str())]);
    let said = {
        let change = Change::of_trees(None, tree);
        let policy = Policy::default();
        let mut start = |wanted: &Wanted| {
            let started = workshop.start(wanted.target, wanted.pool.clone(), &Circumstances::default());
            started.map_err(|error| error.to_string())
        };
        check_live(&change, &policy, &mut start).map_err(|error| error.to_string()).map(|checked| {
            let texts = checked.findings.into_iter().flat_map(|finding| {
                [finding.message].into_iter().chain(finding.notes.into_iter().map(|note| note.text))
            });
            texts.collect()
        })
    };
    for entry in std::fs::read_dir(notes.path()).expect("the folder is there").flatten() {
        wait_until_gone(&entry.file_name().to_string_lossy());
    }
    said
}

fn wait_until_gone(pid: &str) {
    let is_running = || {
        // A process that has ended and was not reaped yet is a zombie: state Z.
        std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
    };
    let patience = Instant::now() + Duration::from_secs(10);
    while is_running() {
        assert!(Instant::now() < patience, "process {pid} is still running");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_service_that_cannot_be_asked_is_an_error_and_no_pass() {
    const SCENARIO: &str = "scenarios: [{ name: one, rpc: Rank, deadline: 300ms, expect: { status: OK } }]";
    const DEADLINE: &str = "deadlines: [{ name: one, rpc: Rank, timeout: 50ms }]";
    const ROBUSTNESS: &str = "robustness: [{ name: one, sound: { rpc: Rank, expect: { status: OK } } }]";
    for (act, said) in [
        ("end at once", "the model is missing"),
        ("never ready", "was not ready within 2s"),
        ("die half way", "exit status: 101"),
    ] {
        for section in [SCENARIO, DEADLINE, ROBUSTNESS] {
            let error = check(act, section).expect_err(act);
            assert!(error.contains(said), "`{act}`: {error}");
        }
    }
    for (act, said) in [
        ("hang", "expected the status OK, got DEADLINE_EXCEEDED (no answer within 300ms)"),
        ("answer another schema", "expected the status OK, got INTERNAL (the answer is no `p.v1.M`"),
    ] {
        let found = check(act, SCENARIO).expect(act);
        assert!(found.first().is_some_and(|first| first.contains(said)), "`{act}`: {found:?}");
    }
}

#[test]
fn a_service_that_dies_of_garbage_is_a_finding_and_is_asked_on() {
    let section = "robustness: [{ name: one, sound: { rpc: Rank, expect: { status: OK } }, \
                   cases: [garbage_message, many_streams, garbage_connection] }]";
    let found = check("die of garbage", section).expect("it is asked");
    let [first, second, _sound] = found.as_slice() else { panic!("{found:?}") };
    assert!(first.contains("garbage_message: expected the status INTERNAL, got none"), "{first}");
    assert!(second.contains("garbage_message: the service did not outlive it:"), "{second}");
    assert!(second.contains("exit status: 139"), "{second}");
}

#[test]
fn a_service_that_ends_after_all_has_answered_is_a_finding() {
    let section =
        "robustness: [{ name: one, sound: { rpc: Rank, expect: { status: OK } }, cases: [garbage_message] }]";
    let found = check("die a moment later", section).expect("it is asked");
    assert!(found.first().is_some_and(|first| first.contains("exit status: 139")), "{found:?}");
}

#[test]
fn what_is_granted_to_a_dependency_is_what_is_left_and_the_call_is_given_up() {
    let section = format!(
        "deadlines: [{{ name: one, rpc: Rank, timeout: 300ms, expect: {{ within: 2s }}, \
         stalls: {{ dependency: model, rpc: {MODEL} }} }}]"
    );
    for (act, said) in [
        ("keep the deadline", None),
        ("set no deadline", Some("to be asked with a deadline, and it had none")),
        ("waste half of the time", Some("to be granted what is left")),
        ("hold on", Some("to be given up, and it is waited for 250ms later")),
        ("ask nobody", Some("and the service made none")),
    ] {
        let found = check(act, &section).expect(act);
        match said {
            None => assert_eq!(found, [""; 0], "`{act}`"),
            Some(said) => {
                assert!(found.first().is_some_and(|first| first.contains(said)), "`{act}`: {found:?}")
            }
        }
    }
}
