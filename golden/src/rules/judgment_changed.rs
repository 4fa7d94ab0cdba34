//! Judgments that were changed or taken out.

use std::collections::BTreeMap;

use findings::{Finding, Location, rule};
use source::{Change, ReadError, Tree};

use super::corpus_unreadable::CORPUS_UNREADABLE;
use crate::policy::Corpus;
use crate::static_tier::follow;
use crate::trec::Qrels;

rule! {
    /// What people think of an item as the answer to a request, and head says otherwise than the base or no longer.
    /// Judgments that only head has are silent.
    ///
    /// ## Why it hurts
    /// A model that is judged worse is judged better as soon as the judgments are. The base's decide about a change,
    /// but those that head leaves behind decide about every later one.
    ///
    /// ## Example
    /// With `judgments: services/queue/golden/judgments.jsonl`, of which `*` marks a line:
    /// ```base judged
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// *home/1 t1 0
    /// *home/1 t2 3
    /// ```
    /// ```head bad judged
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// *home/1 t1 3 //~
    /// *home/1 t2 3
    /// ```
    /// ```base judged
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// *home/1 t1 0
    /// *home/1 t2 3 //~
    /// ```
    /// ```head bad judged
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// *home/1 t1 0
    /// ```
    ///
    /// ## Instead
    /// Add judgments. Where people think otherwise by now, have the change approved.
    /// ```base judged
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// *home/1 t2 3
    /// ```
    /// ```head good judged
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// *home/1 t1 0
    /// *home/1 t2 3
    /// ```
    pub static JUDGMENT_CHANGED = {
        id: "judgment-changed",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds judgments of a corpus that were changed or taken out",
    };
}

/// How many judgments a finding shows beside the first.
const SHOWN: usize = 9;

pub(crate) fn find(change: &Change, corpus: &Corpus) -> Option<Finding> {
    let named = corpus.judgments.as_deref()?;
    let path = &follow(change, corpus, named.to_owned());
    let base = change.base.as_ref().map(|base| read(base, change.base_path(path)));
    let head = read(&change.head, path);
    match (base, head) {
        (Some(Ok(base)), Ok(head)) => between(corpus, path, &base, &head),
        (Some(Ok(base)), Err(Unread::Missing)) => between(corpus, path, &base, &Qrels::default()),
        // The start of an expectation.
        (None | Some(Err(Unread::Missing)), Ok(_)) => None,
        (Some(Err(_)), Ok(_)) => without_base(change, corpus, path),
        (_, Err(unread)) => Some(unreadable(corpus, path, unread)),
    }
}

fn between(corpus: &Corpus, path: &str, base: &Qrels, head: &Qrels) -> Option<Finding> {
    let (before, after) = (sorted(base), sorted(head));
    let differing: Vec<Differing<'_>> = before
        .into_iter()
        .map(|(of, before)| Differing { of, before, after: after.get(&of).copied() })
        .filter(|judgment| judgment.after != Some(judgment.before))
        .collect();
    // What changed stands on a line of head; what is gone on none.
    let first = differing.iter().find(|judgment| judgment.after.is_some()).or(differing.first())?;
    let more = match differing.len() - 1 {
        0 => String::new(),
        more => format!(", beside {more} more"),
    };
    let message = format!("{}{more}", first.told(corpus));
    let mut finding = Finding::new(&JUDGMENT_CHANGED, first.location(path, head), message)
        .help("keep the judgment, or have its change approved with `cargo xtask approve`")
        .fact(format!("{} {}", corpus.service, corpus.rpc));
    for other in differing.iter().filter(|other| other.of != first.of).take(SHOWN) {
        finding = match other.after {
            Some(_) => finding.note_at(other.location(path, head), other.told(corpus)),
            None => finding.note(other.told(corpus)),
        };
    }
    let lines = |grade: fn(&Differing<'_>) -> Option<i32>| -> String {
        let line = |judgment: &Differing<'_>| {
            let (request, item) = judgment.of;
            grade(judgment).map(|grade| format!("{request} {item} {grade}\n"))
        };
        differing.iter().filter_map(line).collect()
    };
    Some(finding.judged(lines(|judgment| Some(judgment.before)), lines(|judgment| judgment.after)))
}

/// A judgment that head has otherwise, or not.
struct Differing<'a> {
    /// The request and the item.
    of: (&'a str, &'a str),
    before: i32,
    after: Option<i32>,
}

impl Differing<'_> {
    fn told(&self, corpus: &Corpus) -> String {
        let (request, item) = self.of;
        let before = self.before;
        let how = match self.after {
            Some(after) => format!("goes from grade {before} to {after}"),
            None => format!("is gone, which was grade {before}"),
        };
        format!("the judgment of `{item}` for `{request}` of `{}` {how}", corpus.service)
    }

    fn location(&self, path: &str, head: &Qrels) -> Location {
        match head.line(self.of.0, self.of.1) {
            Some(line) => Location::point(path, line, 1),
            None => Location::file(path),
        }
    }
}

/// The grades by request and item.
fn sorted(judgments: &Qrels) -> BTreeMap<(&str, &str), i32> {
    let topics = judgments.topics.iter();
    topics
        .flat_map(|(request, grades)| {
            grades.iter().map(move |(item, grade)| ((request.as_str(), item.as_str()), *grade))
        })
        .collect()
}

/// What the base's file says is not known, so nothing says that head's is more than an addition to it.
fn without_base(change: &Change, corpus: &Corpus, path: &str) -> Option<Finding> {
    let bytes = |tree: &Tree, path: &str| tree.read(path).map(|bytes| bytes.to_vec()).unwrap_or_default();
    let before = change.base.as_ref().map(|base| bytes(base, change.base_path(path)))?;
    let message =
        format!("all judgments of `{}` count as changed: those of the base are not read", corpus.service);
    let finding = Finding::new(&JUDGMENT_CHANGED, Location::file(path), message)
        .help("have the repair approved with `cargo xtask approve`")
        .fact(format!("{} {}", corpus.service, corpus.rpc));
    Some(finding.judged(before, bytes(&change.head, path)))
}

fn unreadable(corpus: &Corpus, path: &str, unread: Unread) -> Finding {
    let (location, reason) = match unread {
        Unread::Missing => (Location::file(path), "there is no such file".to_owned()),
        Unread::At(line, reason) => (Location::point(path, line, 1), reason),
        Unread::Whole(reason) => (Location::file(path), reason),
    };
    let message = format!("the judgments of `{}` are not read: {reason}", corpus.service);
    Finding::new(&CORPUS_UNREADABLE, location, message)
        .help("restore the file, or take it out of the policy's key `judgments`")
        .fact(format!("{} {}", corpus.service, corpus.rpc))
}

/// Why a file says nothing.
enum Unread {
    Missing,
    At(u32, String),
    Whole(String),
}

fn read(tree: &Tree, path: &str) -> Result<Qrels, Unread> {
    let text = tree.text(path).map_err(|error| match error {
        ReadError::Missing(_) => Unread::Missing,
        error => Unread::Whole(error.to_string()),
    })?;
    Qrels::parse(&text).map_err(|refusal| Unread::At(refusal.line, refusal.reason))
}
