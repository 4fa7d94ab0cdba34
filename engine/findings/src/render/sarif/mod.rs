//! The report as SARIF 2.1.0, within what GitHub's code scanning takes.
//!
//! Plain `serde` writes it: the crates that generate types from the schema build on an old generator and a second
//! syntax tree, for a form of which this uses a tenth.

mod log;
mod result;
mod run;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::json::escaped;
use super::words::weight;
use crate::{JudgedFinding, Report, Status};

/// What the platform takes, beyond which it refuses a file as a whole or drops parts of it without a word.
#[derive(Clone, Copy)]
struct Room {
    /// Results of a run.
    results: usize,
    /// Bytes of the file behind gzip.
    bytes: usize,
}

/// The documented limits. 5 % of the bytes are left to compressors that do worse than this one.
const ROOM: Room = Room { results: 25_000, bytes: 9_500_000 };

/// The report as a SARIF log with one run. `prefix` is the root's path from the repository's root, as in
/// [`github_below`](super::github_below): all paths are relative to the repository's root, percent-encoded.
///
/// Results come the worst first: new ones by level, then known, approved and excepted ones. Where the platform's limits
/// leave no room for all, the last are cut, and a notification of the run says how many. Known results carry
/// `baselineState: unchanged`, approved and excepted ones a suppression. In observe mode nothing is an error.
///
/// `program` is how the reader calls Gatefold, for the command that prints a rule.
///
/// Our fingerprint stands in `partialFingerprints` under a name of our own. `primaryLocationLineHash` is left to the
/// action that uploads: it computes one, and warns of each that differs.
pub fn sarif(report: &Report, prefix: &str, program: &str) -> String {
    within(report, prefix, program, ROOM)
}

fn within(report: &Report, prefix: &str, program: &str, room: Room) -> String {
    let mut findings: Vec<&JudgedFinding> = report.findings.iter().collect();
    findings
        .sort_by_key(|judged| (standing(judged.status), std::cmp::Reverse(weight(report, &judged.finding))));
    let mut kept = findings.len().min(room.results);
    loop {
        let text = written(report, prefix, program, &findings[..kept], findings.len() - kept);
        let size = packed(&text, room.bytes);
        if size <= room.bytes || kept == 0 {
            return text;
        }
        // As many as would fit were all of one size, and fewer each time.
        let fitting = (kept as u128 * room.bytes as u128 / size as u128) as usize;
        kept = fitting.min(kept - 1);
    }
}

fn written(
    report: &Report,
    prefix: &str,
    program: &str,
    findings: &[&JudgedFinding],
    left_out: usize,
) -> String {
    let log = log::Log::of(run::run(report, prefix, program, findings, left_out));
    let text = serde_json::to_string_pretty(&log).expect("texts and numbers can always be serialised");
    escaped(&text) + "\n"
}

/// How far up a result stands for its status alone.
fn standing(status: Status) -> u8 {
    match status {
        Status::New => 0,
        Status::Known => 1,
        Status::Approved => 2,
        Status::Excepted => 3,
    }
}

/// The size behind gzip; that of the text itself where already that is within the limit.
fn packed(text: &str, limit: usize) -> usize {
    if text.len() <= limit {
        return text.len();
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    match encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()) {
        Ok(packed) => packed.len(),
        Err(_) => text.len(),
    }
}

#[cfg(test)]
mod tests;
