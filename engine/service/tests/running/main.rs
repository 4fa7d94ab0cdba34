//! Services that behave and services that do not: what is said of them, and that nothing of them is left.
//!
//! The services are this very test binary, started anew with the name of an act in its environment.

#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "the acts speak to whoever started them")]

mod leftovers;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use service::testing::{Reaction, background, serve, serving};
use service::{Answer, Build, Circumstances, Client, Code, Error, Launch, Running, Workshop};

const PROTO: &str = r#"
syntax = "proto3";
package test.v1;
message Query { string text = 1; int64 number = 2; }
message Reply { string text = 1; int64 number = 2; repeated double scores = 3; optional int32 maybe = 4; }
service Echo {
  rpc Say(Query) returns (Reply);
  rpc Count(Query) returns (stream Reply);
}
"#;

/// Not a test: what the started copies do.
#[test]
#[ignore = "an act for the other tests"]
#[expect(clippy::zombie_processes, reason = "whether children are left is what is tested")]
fn act() {
    let act = std::env::var("ACT").expect("the act is named");
    if act == "end at once" {
        println!("the port is taken");
        std::process::exit(7);
    }
    if act == "say nothing" {
        std::thread::sleep(Duration::from_secs(60));
    }
    let host = if act == "listen everywhere" { "0.0.0.0:0" } else { "127.0.0.1:0" };
    let listener = match std::env::var("LISTEN") {
        Ok(address) => TcpListener::bind(address),
        Err(_) => TcpListener::bind(host),
    }
    .expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    if act == "leave a child" {
        let child = Command::new("sleep").arg("61").spawn().expect("there is a sleep");
        println!("child {}", child.id());
    }
    if act == "ignore the end" {
        // A child that ignores SIGTERM; the shell hands that on to `sleep`.
        let child =
            Command::new("sh").args(["-c", "trap '' TERM; exec sleep 62"]).spawn().expect("there is a sh");
        println!("child {}", child.id());
    }
    for (of, script) in DAEMONS {
        if act.starts_with(of) {
            println!("child {}", daemon(script));
        }
    }
    println!("listening on {address}");
    serve(listener, move |path, request| match (path, act.as_str()) {
        ("/grpc.health.v1.Health/Check", "not serving") => Reaction::Answer(vec![8, 2]),
        ("/grpc.health.v1.Health/Check", "no health") => {
            Reaction::Refuse(Code::Unimplemented, String::new(), vec![])
        }
        ("/grpc.health.v1.Health/Check", "hang in health") => Reaction::Hang,
        ("/grpc.health.v1.Health/Check", _) => serving(),
        (_, "hang") => Reaction::Hang,
        (_, "reset") => Reaction::Reset,
        (_, "garbage") => Reaction::Answer(vec![0xff; 3]),
        (_, "die" | "leave a daemon and die") => {
            println!("thread 'main' panicked at src/rank.rs:7");
            std::process::exit(101)
        }
        (_, "refuse") => {
            Reaction::Refuse(Code::InvalidArgument, "limit is 0".to_owned(), vec![("x-field", "limit")])
        }
        _ => Reaction::Answer(request.to_vec()),
    })
    .expect("it serves until it is ended");
}

/// Services that leave a process in a session of its own, and how: a shell begins it, says its number and ends. Those who
/// lose the environment still have their parent.
const DAEMONS: &[(&str, &str)] = &[
    ("leave a daemon", "setsid sh -c 'trap \"\" TERM HUP; sleep 63 & echo $!; exec >&-' <&-"),
    (
        "multiply",
        "setsid sh -c 'echo $$; exec >&-; while :; do sleep 0.01 & sleep 0.002; done' <&- & wait $!",
    ),
    ("forget", "exec setsid env -i sh -c 'echo $$; exec >&-; sleep 64; :'"),
];

/// Begins a process by a script that writes its number first.
#[expect(clippy::zombie_processes, reason = "whether it is left is what is tested")]
fn daemon(script: &str) -> u32 {
    use std::io::{BufRead, BufReader};
    let mut shell = Command::new("sh")
        .args(["-c", script])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("there is a sh");
    let mut line = String::new();
    BufReader::new(shell.stdout.take().expect("it is piped")).read_line(&mut line).expect("it can be read");
    line.trim().parse().expect("it is a number")
}

fn launch(act: &str) -> Launch {
    let program = std::env::current_exe().expect("this binary has a path").to_string_lossy().into_owned();
    let words = [&program, "act", "--exact", "--ignored", "--nocapture"];
    Launch {
        argv: words.map(str::to_owned).to_vec(),
        directory: PathBuf::from("/"),
        environment: vec![("ACT".to_owned(), act.to_owned())],
        ready_within: Duration::from_secs(10),
    }
}

fn start(act: &str) -> Result<Running, Error> {
    Running::start(&launch(act))
}

fn client(address: SocketAddr) -> Client {
    let tree = source::Tree::from_memory([("protos/test/v1/echo.proto", PROTO)]);
    let pool = service::pool(&tree, &[]).expect("the proto compiles");
    Client::connect(address, pool).expect("a client can be set up")
}

fn say(running: &Running, deadline: Duration) -> Answer {
    let request = json!({ "text": "é", "number": "5000000000" });
    client(running.address()).call("test.v1.Echo/Say", request, deadline, &[]).expect("it is called")
}

#[test]
fn a_service_is_asked_with_proto_json_and_answers_with_defaults_present() {
    let running = start("echo").expect("it starts");
    let answer = say(&running, Duration::from_secs(5));
    assert_eq!((answer.code, &answer.unsent), (Code::Ok, &None), "{answer:?}");
    assert_eq!(answer.response, Some(json!({ "text": "é", "number": "5000000000", "scores": [] })));
    assert!(running.output().contains("listening on 127.0.0.1:"));
    running.stop();
}

#[test]
fn a_stream_is_heard_out_whatever_its_end() {
    let reply = |number: u8| vec![16, number];
    let address = background(move |call| match (call.path.as_str(), call.messages.len()) {
        ("/test.v1.Echo/Count", 2) => {
            Reaction::Stream(vec![reply(1), reply(2)], Code::Ok, vec![("x-model-version", "m3")])
        }
        ("/test.v1.Echo/Count", 1) => Reaction::Stream(vec![reply(1)], Code::Aborted, vec![]),
        ("/test.v1.Echo/Count", _) => Reaction::Hang,
        _ => Reaction::Stream(vec![reply(1), reply(2)], Code::Ok, vec![]),
    });
    let mut client = client(address.expect("there is a free port"));
    let pool = client.pool().clone();
    let mut call = |rpc: &str, count: usize, deadline: u64| {
        let method = service::any_method(&pool, rpc).expect("it is there");
        let requests = vec![service::request(&method, json!({})).expect("it is a request"); count];
        client.call_messages(&method, requests, Duration::from_millis(deadline), &[]).expect("it is called")
    };
    let whole = call("test.v1.Echo/Count", 2, 5_000);
    let numbers: Vec<_> = whole.responses.iter().map(|reply| reply.get_field_by_number(2)).collect();
    assert_eq!((whole.code, numbers.len(), &whole.response), (Code::Ok, 2, &None));
    assert_eq!(whole.trailers, [("x-model-version".to_owned(), "m3".to_owned())]);
    let broken = call("test.v1.Echo/Count", 1, 5_000);
    assert_eq!((broken.code, broken.responses.len(), broken.unsent), (Code::Aborted, 1, None));
    assert_eq!(call("test.v1.Echo/Count", 3, 200).code, Code::DeadlineExceeded);
    let twice = call("test.v1.Echo/Say", 1, 5_000);
    assert_eq!(twice.unsent.as_deref(), Some("2 messages came where the method gives one"));
}

#[test]
fn an_address_can_be_handed_over() {
    let mut launch = launch("echo");
    let shell = format!("LISTEN=$0 exec {}", launch.argv.join(" "));
    launch.argv = ["/bin/sh", "-c", &shell, "{listen}"].map(str::to_owned).to_vec();
    let running = Running::start(&launch).expect("it starts");
    assert_eq!(say(&running, Duration::from_secs(5)).code, Code::Ok);
}

#[test]
fn a_status_of_the_service_is_told_apart_from_one_that_it_did_not_send() {
    let answer = say(&start("refuse").expect("it starts"), Duration::from_secs(5));
    assert_eq!(
        (answer.code, answer.message.as_str(), &answer.unsent),
        (Code::InvalidArgument, "limit is 0", &None)
    );
    assert!(answer.metadata.contains(&("x-field".to_owned(), "limit".to_owned())));

    let answer = say(&start("hang").expect("it starts"), Duration::from_millis(200));
    assert_eq!(answer.code, Code::DeadlineExceeded);
    assert_eq!(answer.unsent.as_deref(), Some("no answer within 200ms"));

    let answer = say(&start("garbage").expect("it starts"), Duration::from_secs(5));
    assert_eq!(answer.code, Code::Internal);
    assert!(answer.unsent.is_some_and(|reason| reason.starts_with("the answer is no `test.v1.Reply`")));

    let running = start("reset").expect("it starts");
    let answer = say(&running, Duration::from_secs(5));
    assert!(answer.code != Code::Ok && answer.unsent.is_some(), "{answer:?}");
}

#[test]
fn a_service_that_dies_half_way_is_found_dead_with_its_last_words() {
    let mut running = start("die").expect("it starts");
    let answer = say(&running, Duration::from_secs(5));
    assert!(answer.code != Code::Ok && answer.unsent.is_some(), "{answer:?}");
    let patience = Instant::now() + Duration::from_secs(5);
    let error = loop {
        match running.check_alive() {
            Err(error) => break error.to_string(),
            Ok(()) => assert!(Instant::now() < patience, "it is still alive"),
        }
    };
    assert!(error.contains("exit status: 101") && error.contains("src/rank.rs:7"), "{error}");
}

#[test]
fn a_workshop_builds_once_and_tells_a_service_that_died_from_one_that_only_hangs() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let service = |act: &str| {
        json!({
            "build": ["/bin/sh", "-c", "echo built >> log"],
            "run": ["/bin/sh", "-c", format!("ACT='{act}' exec {}", launch(act).argv.join(" "))],
        })
    };
    let services = json!({ "mortal": service("die"), "slow": service("hang"), "broken": { "build": ["false"], "run": ["x"] }, "lost": { "run": ["./lost"] } });
    let services = serde_json::from_value(services).expect("they are read");
    let path = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    let places = [("services.broken.build".to_owned(), "gatefold.yaml:3:5".to_owned())];
    let mut workshop = Workshop::new(folder.path(), services, path.clone(), path).placed(places.into());
    let tree = source::Tree::from_memory([("protos/echo.proto", PROTO)]);
    let pool = service::pool(&tree, &[]).expect("the proto compiles");
    let mut ask = |name: &str| {
        let mut session = workshop.start(name, pool.clone(), &Circumstances::default())?;
        session.call("test.v1.Echo/Say", json!({}), Duration::from_millis(300), &[])
    };
    assert!(matches!(ask("mortal"), Err(Error::Ended { .. })));
    assert!(matches!(ask("mortal"), Err(Error::Ended { .. })));
    assert_eq!(ask("slow").expect("it is asked").code, Code::DeadlineExceeded);
    let is_ended = |error: &Error| matches!(error, Error::OfPolicy { error, .. } if matches!(**error, Error::Ended { .. }));
    assert!(matches!(ask("broken"), Err(error) if is_ended(&error)));
    let broken = ask("broken").map_or_else(|error| error.to_string(), |_| "it is asked".to_owned());
    let expected =
        "gatefold.yaml:3:5: `services.broken.build` does not build it: `false` ended with exit status: 1;";
    assert!(broken.starts_with(expected), "{broken}");
    let lost = ask("lost").expect_err("it cannot be started").to_string();
    let expected = "`services.lost.run` does not start it: failed to start `./lost`: ";
    assert!(lost.starts_with(expected), "{lost}");
    assert!(matches!(ask("other"), Err(Error::NoSuchService { .. })));
    let log = std::fs::read_to_string(folder.path().join("log")).expect("it was built");
    assert_eq!(log, "built\nbuilt\n", "once for each of the two services");
}

#[test]
fn a_service_at_an_address_is_asked_where_it_runs() {
    let running = start("echo").expect("it starts");
    let port = running.address().port();
    let services = json!({
        "here": { "address": format!("localhost:{port}") },
        "there": { "address": "192.0.2.1:50051" },
        "nowhere": { "address": "127.0.0.1:1", "ready_within": "100ms" },
        "allowed": { "address": "192.0.2.1:50051", "remote": true, "ready_within": "100ms" },
    });
    let services = serde_json::from_value(services).expect("they are read");
    let mut workshop = Workshop::new("/", services, vec![], vec![]);
    let tree = source::Tree::from_memory([("protos/echo.proto", PROTO)]);
    let pool = service::pool(&tree, &[]).expect("the proto compiles");
    let mut reach = |name: &str| workshop.start(name, pool.clone(), &Circumstances::default());
    let mut session = reach("here").unwrap_or_else(|error| panic!("{error}"));
    let mut ask = || session.call("test.v1.Echo/Say", json!({}), Duration::from_secs(5), &[]);
    assert_eq!(ask().expect("it is asked").code, Code::Ok);
    running.stop();
    assert!(matches!(ask(), Err(Error::NotReached { .. })), "it has ended");
    for (name, expected) in [
        ("there", "it is not a loopback address, and `remote` is not set"),
        ("nowhere", "it was not ready within 100ms: its health service answers UNAVAILABLE"),
        ("allowed", "it was not ready within 100ms"),
    ] {
        let error = reach(name).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn a_service_that_does_not_start_is_an_error_that_says_why() {
    for (act, within, expected) in [
        ("end at once", 10_000, "the port is taken"),
        ("say nothing", 300, "it wrote no line `listening on ADDRESS`"),
        ("not serving", 2_000, "its health service answers NOT_SERVING"),
        ("no health", 2_000, "it has no gRPC health service"),
        ("hang in health", 2_000, "its health service answers DEADLINE_EXCEEDED"),
        ("listen everywhere", 10_000, "which is not a loopback address"),
    ] {
        let mut launch = launch(act);
        launch.ready_within = Duration::from_millis(within);
        let error = Running::start(&launch).err().unwrap_or_else(|| panic!("`{act}` started")).to_string();
        assert!(error.contains(expected), "`{act}`: {error}");
    }
    let mut missing = launch("echo");
    missing.argv = vec!["./no/such/program".to_owned()];
    assert!(matches!(Running::start(&missing), Err(Error::NotStarted { .. })));
    missing.argv.clear();
    assert!(matches!(Running::start(&missing), Err(Error::NotStarted { .. })));
}

#[test]
fn a_call_that_cannot_be_made_is_an_error_and_no_answer() {
    let running = start("echo").expect("it starts");
    let mut client = client(running.address());
    let second = Duration::from_secs(1);
    for (rpc, request, metadata, expected) in [
        ("Say", json!({}), None, "not of the form"),
        ("test.v1.Other/Say", json!({}), None, "no service `test.v1.Other`"),
        ("test.v1.Echo/Shout", json!({}), None, "no method `Shout`"),
        ("test.v1.Echo/Count", json!({}), None, "streaming"),
        ("test.v1.Echo/Say", json!({ "txt": "" }), None, "txt"),
        ("test.v1.Echo/Say", json!({ "number": "many" }), None, "invalid digit"),
        ("test.v1.Echo/Say", json!({}), Some(("no name", "x")), "no name of metadata"),
        ("test.v1.Echo/Say", json!({}), Some(("x-tenant", "\n")), "not ASCII"),
    ] {
        let metadata: Vec<_> =
            metadata.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let error = client.call(rpc, request, second, &metadata).expect_err(expected).to_string();
        assert!(error.contains(expected), "{rpc}: {error}");
    }
    let elsewhere = "192.0.2.1:80".parse().expect("it is an address");
    assert!(matches!(Client::connect(elsewhere, client.pool().clone()), Err(Error::NoClient { .. })));
}

/// Not a test: a judge that starts a service and is killed.
#[test]
#[ignore = "an act for the other tests"]
fn judge() {
    let running = start(&std::env::var("OF").expect("the act is named")).expect("it starts");
    println!("{}", running.output());
    println!("started");
    std::thread::sleep(Duration::from_secs(60));
}

#[test]
fn a_build_is_run_to_its_end_and_a_failed_one_shows_its_last_lines() {
    let build = |script: &str, within: u64| Build {
        argv: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
        directory: PathBuf::from("/"),
        environment: Vec::new(),
        within: Duration::from_millis(within),
    };
    assert_eq!(
        build("echo built; read x || echo no input", 10_000).run().expect("it builds"),
        "built\nno input\n"
    );
    let failed = build("echo 'error[E0308]: mismatched types' >&2; exit 101", 10_000).run();
    let failed = failed.expect_err("it fails").to_string();
    assert!(failed.contains("exit status: 101") && failed.contains("error[E0308]"), "{failed}");
    let slow = build("echo compiling; sleep 63", 200).run().expect_err("it is too slow");
    assert!(matches!(&slow, Error::TooSlow { output, .. } if output == "compiling"), "{slow}");
}

#[test]
fn the_environment_is_what_was_given_and_no_secret_is_handed_on() {
    let all =
        ["PATH", "HOME", "AWS_SECRET_ACCESS_KEY", "CARGO_REGISTRY_TOKEN", "GITHUB_TOKEN", "CARGO_TARGET_DIR"]
            .map(|name| (name.to_owned(), "x".to_owned()));
    let names = |kept: Vec<(String, String)>| kept.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(service::build_environment(all.clone())), ["PATH", "HOME"]);
    assert_eq!(names(service::run_environment(all)), ["PATH"]);
    let printed = Build {
        argv: ["/usr/bin/env"].map(str::to_owned).to_vec(),
        directory: PathBuf::from("/"),
        environment: vec![("ONLY".to_owned(), "this".to_owned())],
        within: Duration::from_secs(10),
    };
    let printed = printed.run().expect("it runs");
    let (given, mark): (Vec<&str>, Vec<&str>) =
        printed.lines().partition(|line| !line.starts_with("GATEFOLD_STARTED="));
    assert_eq!((given, mark.len()), (vec!["ONLY=this"], 1), "{printed}");
}
