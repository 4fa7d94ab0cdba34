//! A whole as text: for a terminal, for a summary, for other programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::{Outcome, Slice, Whole};

/// The version of the JSON that [`Whole::json`] writes.
const SCHEMA: &str = "gatefold.golden-whole/1";

#[derive(Serialize)]
struct Json<'a> {
    schema: &'a str,
    verdict: &'a str,
    blocking: u64,
    tool: &'a str,
    head: &'a str,
    policy: &'a str,
    observe: bool,
    shards: usize,
    corpora: &'a BTreeMap<String, Slice>,
}

impl Whole {
    /// Whether a gate lets it pass: nothing changed, or the policy only observes.
    pub fn passes(&self) -> bool {
        self.partial.observe || self.blocking() == 0
    }

    /// For other programs.
    pub fn json(&self) -> String {
        let partial = &self.partial;
        let json = Json {
            schema: SCHEMA,
            verdict: if self.passes() { "pass" } else { "fail" },
            blocking: self.blocking(),
            tool: &partial.tool,
            head: &partial.head,
            policy: &partial.policy,
            observe: partial.observe,
            shards: self.shards,
            corpora: &partial.corpora,
        };
        let mut text = serde_json::to_string_pretty(&json).expect("strings and numbers can be written");
        text.push('\n');
        text
    }

    /// For a terminal.
    pub fn human(&self) -> String {
        let mut text = String::new();
        for (name, slice) in &self.partial.corpora {
            let service = &slice.service;
            let _ =
                writeln!(text, "{name}: {} requests of `{service}` in {} shards", slice.asked, self.shards);
            let width =
                slice.tally.segments.keys().map(|name| name.chars().count()).max().unwrap_or_default();
            for (name, segment) in &slice.tally.segments {
                let (changed, requests) = (segment.changed(), segment.requests());
                let share = 100.0 * changed as f64 / requests.max(1) as f64;
                let _ = writeln!(text, "  {name:width$}  {changed} of {requests} changed, {share:.2} %");
            }
            for line in slice.tally.notes().into_iter().chain(sentences(slice)) {
                let _ = writeln!(text, "  {line}");
            }
        }
        let _ = writeln!(text, "{}", self.verdict());
        text
    }

    /// For a job summary or a comment.
    pub fn markdown(&self) -> String {
        let mut text = format!("# Replay of `{}`\n\n**{}**\n", self.partial.head, self.verdict());
        for (name, slice) in &self.partial.corpora {
            let _ = write!(text, "\n## {name}\n\n{} requests of `{}`\n\n", slice.asked, slice.service);
            text.push_str(
                "| segment | requests | changed | unstable | broken |\n|---|---:|---:|---:|---:|\n",
            );
            for (name, segment) in &slice.tally.segments {
                let [unstable, broken] =
                    [Outcome::Unstable, Outcome::Broken].map(|outcome| segment.count(outcome));
                let (requests, changed) = (segment.requests(), segment.changed());
                let name = escaped(name);
                let _ = writeln!(text, "| {name} | {requests} | {changed} | {unstable} | {broken} |");
            }
            text.push('\n');
            for line in slice.tally.notes().into_iter().chain(sentences(slice)) {
                let _ = writeln!(text, "- {}", escaped(&line));
            }
        }
        text
    }

    fn verdict(&self) -> String {
        match (self.blocking(), self.partial.observe) {
            (0, _) => "pass: every request is answered as recorded".to_owned(),
            (count, true) => format!("pass: the policy observes; else {count} requests would block"),
            (count, false) => format!("fail: {count} requests are not answered as recorded"),
        }
    }
}

fn sentences(slice: &Slice) -> impl Iterator<Item = String> {
    slice
        .tally
        .witnesses
        .chosen()
        .witnesses
        .into_iter()
        .map(|witness| witness.sentence.clone())
        .collect::<Vec<_>>()
        .into_iter()
}

/// Names come from requests: none of them may begin a cell, a tag or a link.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '|' | '<' | '>' | '[' | ']' | '\\' | '*' | '_' | '&') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
