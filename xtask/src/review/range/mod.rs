//! What landed over a range, for whoever is on call: merges, approvals, rankings that moved; newest first.

mod kinds;
mod markdown;
mod page;
mod rankings;

use std::path::Path;

use policy::Today;
use policy::approvals::{is_approval, told};
use serde::Serialize;
use source::{ChangeKind, Landing, Person, Range};

use crate::failure::Failure;
use crate::review::wording::things;
use kinds::Kinds;
pub(crate) use markdown::markdown;
pub(crate) use page::page;
use rankings::Moved;

/// The most landings that are listed.
const MAX_LANDINGS: usize = 10_000;

/// Landings, with what each brought. As JSON, the shape of `gatefold.range/1`.
#[derive(Serialize)]
pub(crate) struct List {
    schema: &'static str,
    base: End,
    head: End,
    /// Newest first.
    landed: Vec<Landed>,
    /// Whether there are older ones that are not listed.
    cut: bool,
    /// Whether the policy of either end names corpora: without one, nobody looked at rankings.
    #[serde(skip)]
    records: bool,
}

/// An end of the range.
#[derive(Serialize)]
struct End {
    /// As it was asked for.
    revision: String,
    commit: String,
}

/// A merge, or a commit to the branch itself.
#[derive(Serialize)]
struct Landed {
    commit: String,
    /// When it was committed, in UTC: `2026-11-20T14:03Z`.
    time: String,
    subject: String,
    /// Who committed; of a merge, who merged.
    author: String,
    merge: bool,
    /// Commits behind a merge; `null` where they are too many to be counted.
    brings: Option<usize>,
    /// Who wrote those, where it is somebody else.
    wrote: Vec<String>,
    /// Whom `Co-authored-by` names, agents as a rule.
    co_authors: Vec<String>,
    /// How many files of the root differ.
    files: usize,
    approvals: Vec<Approval>,
    rankings: Vec<Moved>,
    /// Models, experiments, alerts and what else the policy names, by kind.
    other: Vec<Other>,
}

/// A file under `approvals/` that came, changed or went.
#[derive(Serialize)]
struct Approval {
    file: String,
    /// `added`, `edited` or `removed`.
    what: &'static str,
    rules: Vec<String>,
    findings: usize,
    reason: String,
    by: String,
    /// Whether a signature lies beside it. Whether that counts was the gate's to say when it landed.
    signed: bool,
    emergency: bool,
    until: Option<String>,
    /// Whether its last day is over.
    is_over: bool,
    /// Why it cannot be read, where it cannot.
    unread: Option<String>,
}

/// Another file that the policy knows.
#[derive(Serialize)]
struct Other {
    kind: &'static str,
    file: String,
    what: &'static str,
}

impl End {
    /// As it was asked for, and the commit that it is; once, where that was asked for.
    fn shown(&self) -> String {
        let short = &self.commit[..12];
        match self.commit.starts_with(&self.revision) {
            true => format!("`{short}`"),
            false => format!("`{}` (`{short}`)", self.revision),
        }
    }
}

impl List {
    /// Reads a range. What the files are that matter says the policy of either end.
    pub(crate) fn of(root: &Path, base: &str, head: &str, today: Today) -> Result<List, Failure> {
        let range = Range::open(root, base, head)?;
        let kinds = Kinds::of(&range)?;
        let asks = |path: &str| is_approval(path) || kinds.knows(path);
        let (landings, cut) = range.landings(MAX_LANDINGS, &asks)?;
        Ok(List {
            schema: "gatefold.range/1",
            base: End { revision: base.to_owned(), commit: range.base.clone() },
            head: End { revision: head.to_owned(), commit: range.head.clone() },
            landed: landings.iter().map(|landing| Landed::of(landing, &range, &kinds, today)).collect(),
            cut,
            records: !kinds.recordings.is_empty(),
        })
    }

    /// Whether more than one thing landed.
    pub(crate) fn is_several(&self) -> bool {
        self.landed.len() > 1
    }

    /// How much there is, in words.
    pub(crate) fn headline(&self) -> String {
        let approvals: usize = self.landed.iter().map(|landed| landed.approvals.len()).sum();
        let moves = self.landed.iter().filter(|landed| !landed.rankings.is_empty()).count();
        let cut = if self.cut { " (the newest of more)" } else { "" };
        let moves = match self.records {
            true => format!("{moves} of them with other rankings"),
            false => "no rankings are recorded".to_owned(),
        };
        format!(
            "{} landed{cut}, {moves}, with {}",
            things(self.landed.len(), "change"),
            things(approvals, "approval")
        )
    }

    /// The list as JSON, the same bytes for the same range.
    pub(crate) fn json(&self) -> Result<String, Failure> {
        let text = serde_json::to_string_pretty(self).map_err(Failure::could_not_run)?;
        Ok(text + "\n")
    }

    /// One line a landing, newest first.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.landed.iter().map(|landed| [vec![landed.line()], landed.details()].concat().join("; ")).collect()
    }
}

impl Landed {
    fn of(landing: &Landing, range: &Range, kinds: &Kinds, today: Today) -> Landed {
        let approvals: Vec<Approval> = landing
            .asked
            .iter()
            .filter(|(path, _)| is_approval(path))
            .map(|(path, kind)| Approval::of(landing, path, *kind, range, today))
            .collect();
        let names = |people: &[Person]| people.iter().map(named).collect();
        Landed {
            commit: landing.commit.clone(),
            time: Today::at(landing.time).minute(),
            subject: landing.subject.clone(),
            author: named(&landing.author),
            merge: landing.is_merge,
            brings: landing.brings,
            wrote: names(&landing.wrote),
            co_authors: names(&landing.co_authors),
            files: landing.files,
            rankings: rankings::moved(landing, range, kinds, &approvals),
            other: kinds.others(landing),
            approvals,
        }
    }

    /// What landed, when and by whom.
    fn line(&self) -> String {
        let mut line =
            format!("`{}` {}, {} by {}", &self.commit[..12], self.time, quoted(&self.subject), self.author);
        if self.merge {
            let brings =
                self.brings.map_or("too many commits to count".to_owned(), |brings| things(brings, "commit"));
            line.push_str(&format!(", merging {brings}"));
        }
        if !self.wrote.is_empty() {
            line.push_str(&format!(", written by {}", some(&self.wrote)));
        }
        if !self.co_authors.is_empty() {
            line.push_str(&format!(", with {}", some(&self.co_authors)));
        }
        line
    }

    /// Whether it let something pass in an emergency that may still last.
    fn is_emergency(&self) -> bool {
        self.approvals
            .iter()
            .any(|approval| approval.emergency && approval.what != "removed" && !approval.is_over)
    }

    /// What it brought that somebody on call wants to know, one thing a line.
    fn details(&self) -> Vec<String> {
        let rankings = self.rankings.iter().map(Moved::line);
        let approvals = self.approvals.iter().map(Approval::line);
        let other = self.other.iter().map(|other| format!("{} `{}` {}", other.kind, other.file, other.what));
        rankings.chain(approvals).chain(other).collect()
    }
}

impl Approval {
    fn of(landing: &Landing, path: &str, kind: ChangeKind, range: &Range, today: Today) -> Approval {
        let is_before = kind == ChangeKind::Removed;
        let text = |path: &str| range.text(&landing.commit, path, is_before);
        let mut approval = Approval {
            file: path.to_owned(),
            what: what(kind),
            rules: Vec::new(),
            findings: 0,
            reason: String::new(),
            by: String::new(),
            signed: text(&format!("{path}.sig")).is_some(),
            emergency: false,
            until: None,
            is_over: false,
            unread: None,
        };
        let said = text(path).ok_or_else(|| "it is no text that is read".to_owned());
        match said.and_then(|text| told(path, &text, today).map_err(|error| error.message)) {
            Err(why) => approval.unread = Some(why),
            Ok(told) => {
                approval.rules = told.rules;
                approval.findings = told.findings;
                approval.reason = told.reason;
                approval.by = told.by;
                approval.emergency = told.emergency;
                approval.until = told.until;
                approval.is_over = told.is_over;
            }
        }
        approval
    }

    fn line(&self) -> String {
        let Approval { file, what, by, .. } = self;
        if let Some(why) = &self.unread {
            return format!("approval `{file}` {what}, which cannot be read: {why}");
        }
        let emergency = if self.emergency { "emergency " } else { "" };
        let rules: Vec<String> = self.rules.iter().map(|rule| format!("`{rule}`")).collect();
        let signed = if self.signed { ", signed" } else { ", not signed" };
        let until = match (&self.until, self.is_over) {
            (None, _) => String::new(),
            (Some(until), true) => format!(", ended after {until}"),
            (Some(until), false) => format!(", until {until}"),
        };
        let rules = some(&rules);
        format!(
            "{emergency}approval `{file}` {what}: {rules} by {by}{signed}{until}: {}",
            quoted(&self.reason)
        )
    }
}

fn what(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Modified | ChangeKind::Renamed => "edited",
    }
}

fn named(person: &Person) -> String {
    match (person.name.is_empty(), person.email.is_empty()) {
        (false, _) => person.name.clone(),
        (true, false) => person.email.clone(),
        (true, true) => "nobody named".to_owned(),
    }
}

/// The first names of a list, the rest counted.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "nothing".to_owned(),
        count if count > SHOWN => format!("{shown} and {} more", count - SHOWN),
        _ => shown,
    }
}

/// A text of somebody else's within a sentence: short, on one line, and no code.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("\"{}…\"", &line[..end]),
        None => format!("\"{line}\""),
    }
}
