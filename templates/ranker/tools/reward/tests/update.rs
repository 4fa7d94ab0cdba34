//! Logs of outcomes, and the beliefs that the built binary makes of them.
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use features::{Key, read_folder};
use proptest::prelude::*;
use reward::Filter;
use reward_update::{Ledger, Outcome, Told, text};
use tempfile::TempDir;

const NOON: &str = "2026-11-20T12:00:00Z";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder is made"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn log(&self, name: &str, lines: &[impl AsRef<[u8]>]) -> PathBuf {
        let text: Vec<_> = lines.iter().flat_map(|line| [line.as_ref(), b"\n"].concat()).collect();
        fs::write(self.path(name), text).expect("the log is written");
        self.path(name)
    }

    fn beliefs(&self) -> Option<String> {
        fs::read_to_string(self.path("beliefs.jsonl")).ok()
    }

    fn update(&self, logs: &[&Path], more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reward-update"));
        command.args(["update", "--clock", NOON, "--beliefs"]).arg(self.path("beliefs.jsonl"));
        for log in logs {
            command.arg("--outcomes").arg(log);
        }
        command.args(more).output().expect("the binary starts")
    }
}

fn outcome(track: &str, listener: u32, period: u8, days: u8, at: u64) -> String {
    format!(r#"{{"at":{at},"days":{days},"listener":"lst-{listener}","period":{period},"track":"{track}"}}"#)
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("what is said is text")
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr.clone()).expect("what is said is text");
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[test]
fn what_is_committed_is_what_the_committed_outcomes_say() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let folder = Folder::new();
    let said = said(&folder.update(&[&data.join("outcomes.jsonl")], &["--garbage", "0"]));
    assert!(said.ends_with("written\n"), "{said}");
    let committed = fs::read_to_string(data.join("beliefs.jsonl")).expect("the beliefs are there");
    assert!(folder.beliefs() == Some(committed), "run `cargo run -p fixtures`");
}

#[test]
fn a_second_run_changes_nothing_and_an_outcome_in_two_logs_counts_once() {
    let folder = Folder::new();
    let lines: Vec<_> = (0..20).map(|listener| outcome("trk-1", listener, 2, 5, 1_700_000_000)).collect();
    let log = folder.log("one.jsonl", &lines);
    let first = said(&folder.update(&[&log], &[]));
    assert_eq!(first, "20 lines: 20 outcomes, 0 told again, 0 garbage; beliefs about 1 tracks, written\n");
    let before = folder.beliefs();
    assert!(said(&folder.update(&[&log], &[])).ends_with("unchanged\n"));
    let again = folder.log("two.jsonl", &lines[..7]);
    let second = said(&folder.update(&[&log, &again], &[]));
    assert_eq!(second, "27 lines: 20 outcomes, 7 told again, 0 garbage; beliefs about 1 tracks, unchanged\n");
    assert_eq!(folder.beliefs(), before);
}

#[test]
fn a_later_outcome_with_other_days_is_a_correction() {
    let folder = Folder::new();
    let wrong = folder.log("wrong.jsonl", &[outcome("trk-1", 1, 2, 20, 1_700_000_000)]);
    let right = folder.log("right.jsonl", &[outcome("trk-1", 1, 2, 2, 1_700_000_100)]);
    said(&folder.update(&[&wrong, &right], &[]));
    let corrected = folder.beliefs();
    said(&folder.update(&[&right, &wrong], &[]));
    assert_eq!(folder.beliefs(), corrected);
    said(&folder.update(&[&right], &[]));
    assert_eq!(folder.beliefs(), corrected);
    said(&folder.update(&[&wrong], &[]));
    assert_ne!(folder.beliefs(), corrected);
}

#[test]
fn the_store_loads_what_is_written() {
    let folder = Folder::new();
    let lines: Vec<_> = (0..4_000).map(|listener| outcome("trk-1", listener, 3, 3, 1_700_000_000)).collect();
    said(&folder.update(&[&folder.log("log.jsonl", &lines)], &[]));
    let records = read_folder(folder.0.path(), &[catalogue::belief::schema()]).expect("the file is right");
    let record = &records[&Key::belief("trk-1")];
    let now = std::time::SystemTime::UNIX_EPOCH;
    let mean = catalogue::belief::MEAN.read(record, now).expect("there is a mean");
    // Three of thirty days, in which a third of all returns falls.
    assert!((mean - 3.0 / 60.0 / 0.34).abs() < 1e-3, "{mean}");
    assert_eq!(catalogue::belief::OUTCOMES.read(record, now), Some(4_000.0));
    assert_eq!(record.at, 1_700_000_000 / 86_400 * 86_400);
}

#[test]
fn lines_that_are_no_outcomes_are_skipped_as_long_as_they_are_few() {
    let folder = Folder::new();
    let mut lines: Vec<Vec<u8>> =
        (0..200).map(|listener| outcome("trk-1", listener, 1, 1, 1_700_000_000).into_bytes()).collect();
    let clean = folder.log("clean.jsonl", &lines);
    said(&folder.update(&[&clean], &[]));
    let expected = folder.beliefs();
    lines.insert(3, b"\xff\xfe".to_vec());
    lines.insert(100, [b"{\"track\":\"".to_vec(), vec![b'a'; 3 << 20], b"\"}".to_vec()].concat());
    let log = folder.log("log.jsonl", &lines);
    let text = said(&folder.update(&[&log], &[]));
    assert!(text.contains("log.jsonl:4: expected value at line 1 column 1"), "{text}");
    assert!(text.contains("log.jsonl:101: longer than 1024 bytes"), "{text}");
    assert!(
        text.ends_with(
            "202 lines: 200 outcomes, 0 told again, 2 garbage; beliefs about 1 tracks, unchanged\n"
        ),
        "{text}"
    );
    assert_eq!(folder.beliefs(), expected);

    let text = refused(&folder.update(&[&log], &["--garbage", "0.005"]));
    assert!(
        text.contains("2 of 202 lines are no outcomes, more than a share of 0.005; the first is"),
        "{text}"
    );
    assert_eq!(folder.beliefs(), expected, "the file is left alone");
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_the_file_alone() {
    let folder = Folder::new();
    let log =
        folder.log("log.jsonl", &[outcome("trk-1", 1, 1, 1, 1_700_000_000), outcome("trk-1", 2, 1, 1, 1)]);
    said(&folder.update(&[&log], &[]));
    let before = folder.beliefs();
    let empty = folder.log("empty.jsonl", &[""; 0]);
    let future = folder.log("future.jsonl", &[outcome("trk-1", 1, 1, 1, 4_000_000_000)]);
    let missing = folder.path("missing.jsonl");
    for (log, more, problem) in [
        (&empty, vec![], "there is no outcome to learn from"),
        (&future, vec![], "`at` is in the future"),
        (&missing, vec![], "failed to read"),
        (&log, vec!["--room", "1"], "there are more than 1 outcomes"),
        (&log, vec!["--garbage", "2"], "not between 0 and 1"),
    ] {
        let text = refused(&folder.update(&[log], &more));
        assert!(text.contains(problem), "{problem}: {text}");
        assert_eq!(folder.beliefs(), before);
    }
    let into_file = Command::new(env!("CARGO_BIN_EXE_reward-update"))
        .args(["update", "--outcomes"])
        .arg(&log)
        .arg("--beliefs")
        .arg(log.join("beliefs.jsonl"))
        .output()
        .expect("the binary starts");
    assert!(refused(&into_file).contains("failed to write"));
    let left: Vec<_> = fs::read_dir(folder.0.path()).expect("the folder is there").collect();
    assert_eq!(left.len(), 4, "nothing half written is left");
}

#[test]
fn the_help_teaches_what_an_outcome_is() {
    let help = Command::new(env!("CARGO_BIN_EXE_reward-update")).args(["update", "--help"]).output();
    let help = said(&help.expect("the binary starts"));
    let line = help.lines().find(|line| line.trim_start().starts_with('{')).expect("a line is shown");
    Outcome::parse(line.trim().as_bytes(), u64::MAX).expect("the shown line is an outcome");
}

proptest! {
    #[test]
    fn the_order_of_outcomes_and_how_often_they_are_told_do_not_matter(
        told in prop::collection::vec((0_u32..3, 0_u32..5, 0_u8..4, 0_u8..2, 0_u64..40), 1..60), turn in 0_usize..60,
    ) {
        let outcomes: Vec<_> = told
            .into_iter()
            .map(|(track, listener, period, days, day)| Outcome {
                at: day * 86_400,
                days,
                listener: format!("lst-{listener}"),
                period,
                track: format!("trk-{track}"),
            })
            .collect();
        let beliefs = |outcomes: &mut dyn Iterator<Item = &Outcome>| {
            let mut ledger = Ledger::with_room(1_000);
            for outcome in outcomes {
                ledger.add(outcome.clone()).expect("there is room");
            }
            text(&ledger.beliefs(&Filter::default())).expect("beliefs have a JSON form")
        };
        let expected = beliefs(&mut outcomes.iter());
        prop_assert_eq!(&beliefs(&mut outcomes.iter().rev().cycle().skip(turn).take(3 * outcomes.len())), &expected);
    }
}

#[test]
fn a_ledger_says_what_it_knew() {
    let mut ledger = Ledger::with_room(1);
    let outcome = |listener: &str, days| Outcome {
        at: 9,
        days,
        listener: listener.to_owned(),
        period: 1,
        track: "t".to_owned(),
    };
    assert_eq!(ledger.add(outcome("l1", 1)), Ok(Told::First));
    assert_eq!(ledger.add(outcome("l1", 2)), Ok(Told::Again));
    assert!(ledger.add(outcome("l2", 1)).is_err());
    assert_eq!(ledger.outcomes(), 1);
}

#[test]
fn beliefs_never_take_the_place_of_a_log() {
    let folder = Folder::new();
    let log = folder.log("beliefs.jsonl", &[outcome("trk-1", 1, 2, 5, 1_700_000_000)]);
    let before = folder.beliefs();
    let said = refused(&folder.update(&[&folder.0.path().join("../").join(&log)], &[]));
    assert!(
        said.ends_with("beliefs.jsonl is a log of outcomes, so beliefs cannot be written there\n"),
        "{said}"
    );
    assert_eq!(folder.beliefs(), before);
}

#[test]
fn a_file_of_beliefs_keeps_its_permissions() {
    let folder = Folder::new();
    let beliefs = folder.log("beliefs.jsonl", &["{}"]);
    fs::set_permissions(&beliefs, fs::Permissions::from_mode(0o664)).expect("they are set");
    let log = folder.log("one.jsonl", &[outcome("trk-1", 1, 2, 5, 1_700_000_000)]);
    assert!(said(&folder.update(&[&log], &[])).ends_with("written\n"));
    let mode = fs::metadata(&beliefs).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
}
