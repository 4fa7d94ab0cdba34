//! What agents were let go with, for `stats`: `gatefold/let-go.jsonl` in the common git folder, one line each time that
//! [`Patience`](super::patience::Patience) ran out for a set of findings.
//!
//! ```json
//! {"schema":"gatefold.let-go/1","at":1795238400,"session":"9f2c…","agent":false,"rules":{"blocking-in-async":2}}
//! ```
//!
//! `at` is in seconds since 1970; `session` a digest of the session's name; `agent` whether it was an agent inside the
//! session; `rules` how many findings of each rule were open. Lines are only added, each by one write, so that events that
//! come at once do not mix. A line that cannot be read is to be passed over. From 1 MiB on nothing is added.

use std::collections::BTreeMap;
use std::io::Write;

use findings::digest;
use serde_json::json;

use super::event::Event;
use crate::surroundings;

const FILE: &str = "gatefold/let-go.jsonl";
const MAX_BYTES: u64 = 1024 * 1024;

/// Adds a line. Failing to is no reason to fail the event.
pub(crate) fn record(event: &Event, rules: &BTreeMap<String, u32>) {
    let Some(folder) = source::common_git_folder(&event.folder) else { return };
    let file = folder.join(FILE);
    // Who opens a pipe waits for its other end.
    if file.metadata().is_ok_and(|it| !it.is_file() || it.len() > MAX_BYTES) {
        return;
    }
    let line = json!({
        "schema": "gatefold.let-go/1",
        "at": surroundings::seconds(),
        "session": digest(event.speaker.session.as_bytes()),
        "agent": event.speaker.agent.is_some(),
        "rules": rules,
    });
    let open = std::fs::OpenOptions::new().create(true).append(true).open(file);
    let _ = open.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
}
