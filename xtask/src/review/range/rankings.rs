//! Recorded rankings that a landing moved.

use golden::{Form, Recording, Tolerance, compare};
use serde::Serialize;
use source::{Landing, Range};

use super::kinds::Kinds;
use super::{Approval, some};
use crate::review::wording::things;

/// What became of the recorded rankings of a corpus.
#[derive(Serialize)]
pub(super) struct Moved {
    corpus: String,
    file: String,
    /// Requests that are answered otherwise, beyond noise.
    moved: usize,
    /// Requests that came.
    added: usize,
    /// Requests that went.
    removed: usize,
    /// Requests that have a ranking on either side.
    requests: usize,
    /// The files that approve of rankings and came with it.
    approvals: Vec<String>,
    /// Why it cannot be told, where it cannot.
    unread: Option<String>,
}

/// The corpora of which a landing changed what is recorded.
pub(super) fn moved(landing: &Landing, range: &Range, kinds: &Kinds, approvals: &[Approval]) -> Vec<Moved> {
    let about_rankings = |approval: &&Approval| {
        let is_golden = |rule: &String| golden::RULES.iter().any(|known| known.id == rule);
        approval.what != "removed" && approval.rules.iter().any(is_golden)
    };
    let approvals: Vec<String> =
        approvals.iter().filter(about_rankings).map(|approval| approval.file.clone()).collect();
    let changed = landing.asked.iter().filter_map(|(path, _)| Some((path, kinds.recordings.get(path)?)));
    let moved = changed.map(|(path, corpus)| {
        let read = |is_before| match range.text(&landing.commit, path, is_before) {
            None => Ok(Recording::default()),
            Some(text) => Recording::read(&text, Form::of(path))
                .map_err(|refusal| format!("line {}: {}", refusal.line, refusal.reason)),
        };
        let mut told = Moved {
            corpus: corpus.clone(),
            file: path.clone(),
            moved: 0,
            added: 0,
            removed: 0,
            requests: 0,
            approvals: approvals.clone(),
            unread: None,
        };
        match (read(true), read(false)) {
            (Ok(before), Ok(after)) => told.count(&before, &after),
            (Err(why), _) | (_, Err(why)) => told.unread = Some(why),
        }
        told
    });
    moved.collect()
}

impl Moved {
    fn count(&mut self, before: &Recording, after: &Recording) {
        let tolerance = Tolerance::default();
        for entry in &after.entries {
            match before.get(&entry.id) {
                None => self.added += 1,
                Some(was) => {
                    let is_change = compare(&was.ranking, &entry.ranking, &tolerance).class.is_change();
                    self.moved += usize::from(is_change);
                }
            }
        }
        self.removed = before.entries.iter().filter(|entry| after.get(&entry.id).is_none()).count();
        self.requests = after.entries.len() + self.removed;
    }

    pub(super) fn line(&self) -> String {
        let Moved { corpus, file, moved, added, removed, .. } = self;
        if let Some(why) = &self.unread {
            return format!("rankings of `{corpus}` (`{file}`) changed, which cannot be read: {why}");
        }
        let mut line =
            format!("rankings of `{corpus}`: {moved} of {} moved", things(self.requests, "request"));
        for (count, word) in [(added, "new"), (removed, "gone")] {
            if *count > 0 {
                line.push_str(&format!(", {count} {word}"));
            }
        }
        let files: Vec<String> = self.approvals.iter().map(|file| format!("`{file}`")).collect();
        match files.is_empty() {
            true => line.push_str(", no approval came with it"),
            false => line.push_str(&format!(", approved in {}", some(&files))),
        }
        line
    }
}
