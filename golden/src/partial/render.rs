//! A whole as text for other programs, and its verdict; for people see [`report`](crate::report).

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Slice, Whole};

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

    /// Whether it passes, and why.
    pub fn verdict(&self) -> String {
        match (self.blocking(), self.partial.observe) {
            (0, _) => "pass: every request is answered as recorded".to_owned(),
            (count, true) => format!("pass: the policy observes; else {count} requests would block"),
            (count, false) => format!("fail: {count} requests are not answered as recorded"),
        }
    }
}
