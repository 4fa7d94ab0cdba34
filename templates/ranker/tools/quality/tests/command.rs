//! The command on the committed records, as they are and as they must not be.
#[expect(dead_code, reason = "the tests of the store ask more of it")]
#[path = "../../../crates/features/tests/redis/server.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use catalogue::{belief, schemas, title};
use features::{FeatureStore, Key, RedbStore, RedisStore, read_folder};
use quality::Expectations;
use server::Server;
use tempfile::TempDir;

/// The day of the committed records.
const CLOCK: &str = "2026-11-20T12:00:00Z";

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data")
}

/// What the command prints, and its exit code.
fn run(args: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_quality-check")).args(args).output().expect("it starts");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (said, output.status.code().expect("it ends by itself"))
}

fn run_on(command: &str, data: &Path, args: &[&str]) -> (String, i32) {
    let data = data.to_str().expect("the path is text");
    run(&[&[command, "--data", data, "--clock", CLOCK], args].concat())
}

/// The committed records, of which the lines of one file are changed.
fn changed(file: &str, change: impl Fn(usize, &str) -> Option<String>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder is made");
    for entry in fs::read_dir(data()).expect("the records are there") {
        let path = entry.expect("the records are there").path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            fs::copy(&path, folder.path().join(path.file_name().expect("it is a file")))
                .expect("it is copied");
        }
    }
    let text = fs::read_to_string(data().join(file)).expect("the records are there");
    let lines: Vec<_> = text.lines().enumerate().filter_map(|(index, line)| change(index, line)).collect();
    fs::write(folder.path().join(file), lines.join("\n")).expect("the file is written");
    folder
}

/// A line with another value of a number, if it has one.
fn number(line: &str, name: &str, change: impl Fn(f64) -> f64) -> String {
    let Some((before, rest)) = line.split_once(&format!("\"{name}\":")) else { return line.to_owned() };
    let end = rest.find([',', '}']).expect("something follows");
    let value: f64 = rest[..end].parse().expect("it is a number");
    format!("{before}\"{name}\":{}{}", change(value), &rest[end..])
}

#[test]
fn the_committed_records_are_as_expected() {
    let (said, code) = run_on("check", &data(), &[]);
    assert!(said.ends_with(" 0 are warned of, 0 refuse the batch\n"), "{said}");
    assert_eq!(code, 0);
}

#[test]
fn something_is_expected_of_every_feature() {
    let schemas = [schemas(), vec![title::schema(), belief::schema()]].concat();
    let expectations = Expectations::read(&data().join("quality.yaml"), &schemas).expect("the file is right");
    for schema in schemas {
        let expected = &expectations.entities[schema.entity.name()];
        for declared in schema.features {
            let said = expected.features.contains_key(declared.name);
            assert!(said, "quality.yaml says nothing of {}.{}", schema.entity.name(), declared.name);
        }
    }
}

#[test]
fn what_is_not_as_expected_is_refused() {
    type Change = fn(usize, &str) -> Option<String>;
    let cases: [(&str, Change, &str); 8] = [
        ("tracks.jsonl", |n, line| (n < 900).then(|| line.to_owned()), "size        track "),
        ("tracks.jsonl", |n, line| (n < 1_200).then(|| line.to_owned()), "change      track "),
        (
            "tracks.jsonl",
            |_, line| Some(line.replace("\"explicit\":true,", "")),
            "missing     track.explicit ",
        ),
        ("tracks.jsonl", |_, line| Some(number(line, "at", |at| at * 1_000.0)), "staleness   track "),
        ("tracks.jsonl", |_, line| Some(line.replace("\"jazz\"", "\"Jazz\"")), "vocabulary  track.genre "),
        ("tracks.jsonl", |_, line| Some(number(line, "tempo", |bpm| bpm / 2.0)), "drift       track.tempo "),
        (
            "tracks.jsonl",
            |_, line| Some(line.replace("\"explicit\":false", "\"explicit\":true")),
            "drift       track.explicit ",
        ),
        ("shelves.jsonl", |_, line| Some(line.replace("trk-0", "trk-9")), "vocabulary  shelf.tracks "),
    ];
    for (file, change, refused) in cases {
        let (said, code) = run_on("check", changed(file, change).path(), &[]);
        assert!(said.contains(&format!("refuse  {refused}")), "{refused:?} is not in: {said}");
        assert_eq!(code, 1, "{said}");
    }
}

#[test]
fn a_file_that_is_no_file_of_records_is_refused() {
    let folder = changed("tracks.jsonl", |n, line| Some(if n == 7 { "{" } else { line }.to_owned()));
    let (said, code) = run_on("check", folder.path(), &[]);
    assert!(said.contains("tracks.jsonl: line 8: EOF while parsing an object"), "{said}");
    assert_eq!(code, 1);
}

#[test]
fn without_records_or_expectations_or_sense_there_is_no_verdict() {
    let empty = tempfile::tempdir().expect("a folder is made");
    let cases = [
        (run_on("check", empty.path(), &[]), "error: failed to read "),
        (
            run_on("check", &data(), &["--expectations", "no.yaml"]),
            "error: failed to read no.yaml: No such file",
        ),
        (run(&["chekc"]), "error: unrecognized subcommand 'chekc'"),
    ];
    for ((said, code), problem) in cases {
        assert!(said.contains(problem), "{problem:?} is not in: {said}");
        assert_eq!(code, 2, "{said}");
    }
}

#[test]
fn the_report_is_json_for_other_programs() {
    let (said, code) = run_on("check", &data(), &["--json"]);
    let report: serde_json::Value = serde_json::from_str(&said).expect("it is JSON");
    let measures = report["measures"].as_array().expect("it is a list");
    let of_genre =
        |measure: &&serde_json::Value| measure["check"] == "drift" && measure["feature"] == "genre";
    let drift = measures.iter().find(of_genre).expect("the drift of genres is measured");
    assert_eq!((&drift["level"], &drift["entity"]), (&"fine".into(), &"track".into()));
    assert_eq!(code, 0);
}

#[test]
fn a_profile_is_the_reference_of_the_records_that_it_was_made_of() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let profile = folder.path().join("profile.yaml");
    let (profile, data) = (profile.to_str().expect("the path is text"), data());
    let (said, code) = run(&["profile", "--data", data.to_str().expect("the path is text"), "--to", profile]);
    assert_eq!(code, 0, "{said}");
    let (said, code) = run_on("check", &data, &["--all", "--reference", profile]);
    assert!(said.contains("a stability index of 0.000") && !said.contains("warn  "), "{said}");
    assert_eq!(code, 0);
}

#[test]
fn help_names_every_check_and_every_exit_code() {
    let (said, _) = run(&["--help"]);
    for check in quality::CHECKS {
        assert!(said.contains(&format!("  {:<11} {}", check.name, check.summary)), "{said}");
    }
    assert!(["  0  ", "  1  ", "  2  "].iter().all(|code| said.contains(code)), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_were_loaded_are_the_same_from_redis_and_from_redb() {
    let Some(mut server) = Server::start() else { return };
    let (said, code) = run_on("load", &data(), &["--redis", &server.url()]);
    assert!(said.ends_with("generation 1 is served\n"), "{said}");
    assert_eq!(code, 0);

    let records = read_folder(&data(), &schemas()).expect("the records are right");
    let keys: Vec<_> = records.keys().cloned().chain([Key::track("unknown")]).collect();
    let redb = RedbStore::in_memory(&records).expect("the store opens");
    let redis = RedisStore::open(&server.url(), "ranker").expect("the URL is right");
    let long = Duration::from_secs(30);
    let from_redb = redb.read(&keys, long).await.expect("the store answers");
    assert_eq!(redis.read(&keys, long).await.expect("the server answers"), from_redb);

    let short = changed("tracks.jsonl", |n, line| (n < 9).then(|| line.to_owned()));
    let (said, code) = run_on("load", short.path(), &["--redis", &server.url()]);
    assert!(said.contains("refuse  size        track "), "{said}");
    assert_eq!(code, 1);
    assert_eq!(redis.read(&keys, long).await.expect("the server answers"), from_redb, "the old ones stay");

    server.kill();
    let (said, code) = run_on("load", &data(), &["--redis", &server.url()]);
    let expected = format!("error: failed to load into {}: failed to write to the store: ", server.url());
    assert!(said.contains(&expected), "{said}");
    assert_eq!(code, 2);
}
