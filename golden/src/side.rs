//! One side of a change as the guard sees it: requests, approved rankings, and how two sides differ.

use std::collections::HashMap;

use source::{ReadError, Tree};

use crate::compare::Comparison;
use crate::compare_beyond;
use crate::lines::Refusal;
use crate::policy::{Corpus, other_form};
use crate::recording::{Entry, Form, Recording};
use crate::requests::{Case, Requests};

/// A corpus on one side.
#[derive(Debug, PartialEq)]
pub(crate) struct Side {
    pub(crate) requests: Requests,
    pub(crate) recording: Recording,
}

/// Why a corpus was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) path: String,
    pub(crate) line: Option<u32>,
    pub(crate) reason: String,
}

impl Side {
    /// Reads a corpus. `None` where neither of its files is there.
    pub(crate) fn read(
        tree: &Tree,
        corpus: &Corpus,
        requests: &str,
        rankings: &str,
    ) -> Option<Result<Side, Unread>> {
        let rankings = &standing(tree, rankings);
        if !tree.contains(requests) && !tree.contains(rankings) {
            return None;
        }
        Some(read_requests(tree, requests).and_then(|read| {
            let recording = read_recording(tree, corpus, rankings)?;
            Ok(Side { requests: read, recording })
        }))
    }
}

/// The path at which the rankings stand in a tree: the one asked for, or that of their other form.
pub(crate) fn standing(tree: &Tree, path: &str) -> String {
    let other = || other_form(path).filter(|other| tree.contains(other));
    if tree.contains(path) { path.to_owned() } else { other().unwrap_or_else(|| path.to_owned()) }
}

pub(crate) fn read_requests(tree: &Tree, path: &str) -> Result<Requests, Unread> {
    Requests::parse(&text(tree, path)?).map_err(|refusal| Unread::refused(path, refusal))
}

pub(crate) fn read_recording(tree: &Tree, corpus: &Corpus, path: &str) -> Result<Recording, Unread> {
    if let Some(other) = other_form(path).filter(|other| tree.contains(other) && tree.contains(path)) {
        let reason = format!("`{path}` stands beside it, and only one of the two can be what is approved");
        return Err(Unread { path: other, line: None, reason });
    }
    let recording = Recording::read(&text(tree, path)?, Form::of(path));
    let recording = recording.map_err(|refusal| Unread::refused(path, refusal))?;
    if (recording.service.as_str(), recording.rpc.as_str()) != (&corpus.service, &corpus.rpc) {
        let reason = format!(
            "it belongs to another corpus, `{}` of `{}`, and not to `{}` of `{}`",
            recording.rpc, recording.service, corpus.rpc, corpus.service
        );
        return Err(Unread::refused(path, Refusal::at(1, reason)));
    }
    Ok(recording)
}

fn text(tree: &Tree, path: &str) -> Result<std::sync::Arc<str>, Unread> {
    tree.text(path).map_err(|error| {
        let reason = match error {
            ReadError::Missing(_) => "there is no such file".to_owned(),
            error => error.to_string(),
        };
        Unread { path: path.to_owned(), line: None, reason }
    })
}

impl Unread {
    pub(crate) fn whole(path: &str, reason: String) -> Self {
        Unread { path: path.to_owned(), line: None, reason }
    }

    fn refused(path: &str, refusal: Refusal) -> Self {
        Unread { path: path.to_owned(), line: Some(refusal.line), reason: refusal.reason }
    }
}

/// One request with the ranking it had and the one it has.
#[derive(Clone)]
pub(crate) struct Compared<'a> {
    pub(crate) case: &'a Case,
    pub(crate) before: &'a Entry,
    pub(crate) after: &'a Entry,
    pub(crate) comparison: Comparison,
}

/// A request whose text or segment changed.
pub(crate) struct Rewritten<'a> {
    pub(crate) before: &'a Case,
    pub(crate) after: &'a Case,
    /// Both rankings, where they differ.
    pub(crate) moved: Option<(&'a Entry, &'a Entry)>,
}

/// How two sides of a corpus differ.
pub(crate) struct Delta<'a> {
    /// Requests that both sides have, with a ranking on both.
    pub(crate) compared: Vec<Compared<'a>>,
    /// Requests that only the base has.
    pub(crate) removed: Vec<&'a Case>,
    /// Requests whose text or segment differs.
    pub(crate) rewritten: Vec<Rewritten<'a>>,
    /// How many requests only head has.
    pub(crate) added: u64,
}

impl<'a> Delta<'a> {
    pub(crate) fn of(base: &'a Side, head: &'a Side, corpus: &Corpus) -> Self {
        let at_head: HashMap<&str, &Case> =
            head.requests.cases.iter().map(|case| (case.id.as_str(), case)).collect();
        let mut delta = Delta { compared: Vec::new(), removed: Vec::new(), rewritten: Vec::new(), added: 0 };
        for before in &base.requests.cases {
            let recorded = base.recording.get(&before.id).zip(head.recording.get(&before.id));
            match at_head.get(before.id.as_str()) {
                None => delta.removed.push(before),
                Some(after) if (&before.segment, &before.request) != (&after.segment, &after.request) => {
                    let moved =
                        recorded.filter(|(one, other)| one.ranking.digest() != other.ranking.digest());
                    delta.rewritten.push(Rewritten { before, after, moved });
                }
                Some(case) => {
                    let Some((before, after)) = recorded else { continue };
                    // The base's noise, so that noise which comes with a change does not excuse it.
                    let noise = before.noise.as_ref();
                    let comparison =
                        compare_beyond(&before.ranking, &after.ranking, &corpus.tolerance, noise);
                    delta.compared.push(Compared { case, before, after, comparison });
                }
            }
        }
        let common = base.requests.cases.len() - delta.removed.len();
        delta.added = (head.requests.cases.len() - common) as u64;
        delta
    }
}
