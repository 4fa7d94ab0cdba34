//! The program as people and scripts call it.
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The experiment that is simulated.
const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/example.yaml");

fn experiment(args: &[&str]) -> Output {
    run(Command::new(env!("CARGO_BIN_EXE_experiment")).args(args), "")
}

fn run(command: &mut Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = piped.env_remove("NO_COLOR").spawn().expect("the program starts");
    let mut stdin = process.stdin.take().expect("it is piped");
    // A program that does not read has ended already.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    process.wait_with_output().expect("the program ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

/// Files of an experiment whose truth is known.
fn simulated(truth: &str, units: u32) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder is made");
    let out = folder.path().display().to_string();
    let made = experiment(&["simulate", "--truth", truth, "--units", &units.to_string(), "--out", &out]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    folder
}

fn files(folder: &Path) -> [String; 2] {
    ["exposures.jsonl", "outcomes.jsonl"].map(|name| folder.join(name).display().to_string())
}

fn report(folder: &Path, more: &[&str]) -> Output {
    let [exposures, outcomes] = files(folder);
    let args = ["report", "--config", CONFIG, "--at", "2026-12-14"];
    experiment(&[&args[..], &["--exposures", &exposures, "--outcomes", &outcomes], more].concat())
}

fn json(folder: &Path, more: &[&str]) -> Value {
    serde_json::from_slice(&report(folder, &[&["--json"], more].concat()).stdout).expect("it is JSON")
}

#[test]
fn what_is_true_is_what_is_reported() {
    let cases = [
        ("null", "inconclusive", 0),
        ("better", "ship-able", 0),
        ("worse", "harmful", 1),
        ("mismatch", "invalid", 1),
    ];
    for (truth, verdict, status) in cases {
        let folder = simulated(truth, 8_000);
        let reported = report(folder.path(), &[]);
        assert_eq!(reported.status.code(), Some(status), "{truth}");
        let shown = text(&reported.stdout);
        assert!(shown.contains(&format!("\n  wide: {verdict}\n")), "{truth}: {shown}");
        let json = json(folder.path(), &[]);
        assert_eq!(json["experiments"][0]["arms"][1]["judgement"]["verdict"], verdict);
    }
}

#[test]
fn of_few_units_no_report_says_that_arms_have_their_sizes() {
    let folder = simulated("null", 60);
    let shown = text(&report(folder.path(), &[]).stdout);
    assert!(shown.contains("\n  sample ratio: too few units to tell (chi-squared"), "{shown}");
    assert!(!shown.contains("arms have"), "{shown}");
}

#[test]
fn simulate_says_what_it_wrote_and_what_it_cannot_write() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let out = folder.path().display().to_string();
    let simulate = |out: &str| experiment(&["simulate", "--units", "10", "--out", out]);
    let said = text(&simulate(&out).stdout);
    for file in files(folder.path()) {
        let lines = fs::read_to_string(&file).expect("it is written").lines().count();
        assert!(said.contains(&format!("{file}: {lines} lines written\n")), "{said}");
    }
    let [exposures, _] = files(folder.path());
    let failed = simulate(&exposures);
    assert_eq!(failed.status.code(), Some(3));
    let said = text(&failed.stderr);
    assert!(said.starts_with(&format!("experiment: failed to write {exposures}: ")), "{said}");
}

#[test]
fn the_same_files_are_the_same_report_whatever_their_order() {
    let folder = simulated("null", 600);
    let [exposures, outcomes] = files(folder.path());
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).expect("a folder is made");
    let mut names: Vec<String> = Vec::new();
    let all = fs::read_to_string(&exposures).expect("the file is there");
    let lines: Vec<_> = all.lines().collect();
    for (number, part) in lines.chunks(lines.len() / 3 + 1).enumerate() {
        let path = parts.join(format!("{number}.jsonl"));
        fs::write(&path, part.join("\n")).expect("the file is written");
        names.insert(0, path.display().to_string());
    }
    let mut args = vec!["report", "--config", CONFIG, "--json", "--at", "2026-12-14"];
    args.extend(["--outcomes", &outcomes, "--exposures"]);
    args.extend(names.iter().map(String::as_str));
    let parted: Value = serde_json::from_slice(&experiment(&args).stdout).expect("it is JSON");
    let whole = json(folder.path(), &[]);
    assert_eq!(parted["experiments"], whole["experiments"]);
    assert_eq!(json(folder.path(), &[]), whole, "twice is the same");
}

#[test]
fn lines_that_are_something_else_are_counted_and_left_out() {
    let folder = simulated("null", 600);
    let before = json(folder.path(), &[]);
    let [exposures, _] = files(folder.path());
    let mut text = fs::read(&exposures).expect("the file is there");
    text.extend_from_slice(b"{\"at_ms\":-1}\n\xff\xfe\n\n[]\n{\"at_ms\":12,\"service\":\"no");
    fs::write(&exposures, text).expect("the file is written");
    let after = json(folder.path(), &[]);
    assert_eq!(after["experiments"], before["experiments"]);
    assert_eq!(after["exposures"][0]["garbage"], 3);
    assert_eq!(after["exposures"][0]["torn"], true);
    let first = after["exposures"][0]["first_garbage"].as_str().expect("it is said");
    assert!(first.contains("invalid value: integer `-1`, expected u64"), "{first}");
}

#[test]
fn without_a_time_the_report_is_of_the_newest_exposure() {
    let folder = simulated("better", 600);
    let [exposures, outcomes] = files(folder.path());
    let reported =
        experiment(&["report", "--config", CONFIG, "--exposures", &exposures, "--outcomes", &outcomes]);
    let shown = text(&reported.stdout);
    assert!(shown.contains("running; from"), "{shown}");
    assert!(shown.contains("\n    it has not run to its end"), "{shown}");
}

#[test]
fn colours_are_for_terminals() {
    let folder = simulated("null", 600);
    assert!(!text(&report(folder.path(), &[]).stdout).contains('\u{1b}'));
    let [exposures, outcomes] = files(folder.path());
    let mut forced = Command::new(env!("CARGO_BIN_EXE_experiment"));
    forced.args(["report", "--config", CONFIG, "--exposures", &exposures, "--outcomes", &outcomes]);
    forced.env("CLICOLOR_FORCE", "1");
    assert!(text(&run(&mut forced, "").stdout).contains("\u{1b}[1m"));
}

#[test]
fn units_are_placed_from_arguments_or_standard_input() {
    let given = experiment(&["assign", "--config", CONFIG, "vwr-0003", "vwr-0004"]);
    let mut piped = Command::new(env!("CARGO_BIN_EXE_experiment"));
    let read = run(piped.args(["assign", "--config", CONFIG]), "vwr-0003\nvwr-0004\n");
    assert_eq!(text(&given.stdout), text(&read.stdout));
    let first = text(&given.stdout).lines().next().map(str::to_owned).expect("there is a line");
    let placed: Value = serde_json::from_str(&first).expect("it is JSON");
    assert_eq!(placed["experiment"], "artist-spacing");
    assert_eq!(placed["unit"], "vwr-0003");
}

#[test]
fn the_committed_assignments_are_what_is_written() {
    let testdata = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../crates/experiments/testdata");
    let read = |name: &str| fs::read_to_string(testdata.join(name)).expect("the file is there");
    let mut command = Command::new(env!("CARGO_BIN_EXE_experiment"));
    command.args(["assign", "--config"]).arg(testdata.join("experiments.yaml"));
    assert_eq!(text(&run(&mut command, &read("units.txt")).stdout), read("assignments.jsonl"));
}

#[test]
fn what_is_wrong_is_said_and_is_another_status_than_an_alarm() {
    let folder = simulated("null", 600);
    let wrong = folder.path().join("wrong.yaml");
    fs::write(&wrong, "- name: a\n  nmae: b\n").expect("the file is written");
    let wrong = wrong.display().to_string();
    let [exposures, outcomes] = files(folder.path());
    let both = ["--exposures", &exposures, "--outcomes", &outcomes];
    let known = [&both[..], &["--config", CONFIG]].concat();
    let cases: [(Vec<&str>, i32, &str); 8] = [
        (vec![], 2, "Usage: experiment <COMMAND>"),
        (vec!["report"], 2, "--exposures <FILE>"),
        ([&["report"], &both[..]].concat(), 2, "--config <FILE>"),
        ([&["report", "--alpha", "1"], &known[..]].concat(), 2, "is not between 0 and 0.5"),
        ([&["report", "--at", "soon"], &known[..]].concat(), 2, "is neither as 2026-12-14"),
        (
            vec!["report", "--config", CONFIG, "--exposures", "/nowhere", "--outcomes", &outcomes],
            3,
            "experiment: failed to read /nowhere: No such file or directory",
        ),
        (
            [&["report", "--experiment", "x"], &known[..]].concat(),
            3,
            "failed to find the experiment `x` among artist-spacing",
        ),
        (
            [&["report", "--config", &wrong], &both[..]].concat(),
            3,
            "wrong.yaml: failed to parse experiments: .[0]: unknown field `nmae`",
        ),
    ];
    for (args, status, problem) in cases {
        let ended = experiment(&args);
        let said = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(status), "{args:?}: {said}");
        assert!(said.contains(problem), "{args:?}: {said}");
    }
}

#[test]
fn help_teaches() {
    let help = text(&experiment(&["report", "--help"]).stdout);
    for what in ["ship-able", "harmful", "inconclusive", "invalid", "Exit status:", "\"at_ms\":", "Try it:"] {
        assert!(help.contains(what), "{what} in {help}");
    }
}

#[test]
fn the_example_of_the_readme_is_what_is_printed() {
    let folder = tempfile::tempdir().expect("a folder is made");
    let out = folder.path().display().to_string();
    assert!(experiment(&["simulate", "--truth", "better", "--out", &out]).status.success());
    let printed = text(&report(folder.path(), &[]).stdout);
    let readme = include_str!("../README.md");
    assert!(readme.contains(&format!("```text\n{printed}```\n")), "the README should show\n{printed}");
}
