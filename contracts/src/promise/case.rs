//! A promise that is to be asked, and what is said of one that was not kept.

use findings::{Finding, Location, Rule};
use serde_json::Value;

use super::Terms;
use crate::Error;

/// How much of a request or an answer a note shows, in characters.
const SHOWN: usize = 2_000;

/// What kind of promise it is: the section of the file that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// One request and what must come back.
    Scenario,
    /// A law over many requests.
    Property,
    /// What becomes of a call whose time is up.
    Deadline,
    /// What becomes of a call that no client should make.
    Robustness,
}

/// Whose version of a promise is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Both sides say the same.
    Same,
    /// The base's, where head says something else.
    Base,
    /// Head's, where the base says something else.
    Changed,
    /// Head's, which the base does not have.
    Added,
    /// The base's, which head does not have any more.
    Removed,
}

/// A promise to ask, less what its kind says of it.
#[derive(Clone, Debug)]
pub(crate) struct Case<'a> {
    pub(crate) kind: Kind,
    /// Unique among those of its kind in the file.
    pub(crate) name: &'a str,
    /// What its file says of all its promises.
    pub(crate) terms: &'a Terms,
    pub(crate) side: Side,
    /// The path that findings and fingerprints name: head's, or the base's where head has none.
    pub(crate) path: &'a str,
    /// Its place at head, if it is still there.
    pub(crate) place: Option<(u32, u32)>,
    /// What the base and head say, for an approval to bind.
    pub(crate) judged: (String, String),
}

impl Kind {
    /// Every kind, in the order in which they are asked: what may bring a service down comes last.
    pub(crate) const ALL: [Kind; 4] = [Kind::Scenario, Kind::Property, Kind::Deadline, Kind::Robustness];

    /// The key of its section.
    pub(crate) fn section(self) -> &'static str {
        match self {
            Kind::Scenario => "scenarios",
            Kind::Property => "properties",
            Kind::Deadline => "deadlines",
            Kind::Robustness => "robustness",
        }
    }

    /// What one of them is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Scenario => "scenario",
            Kind::Property => "property",
            Kind::Deadline => "deadline",
            Kind::Robustness => "robustness case",
        }
    }
}

impl Case<'_> {
    /// The finding of a promise that was not kept: what failed, the first in its message and the others in notes.
    ///
    /// # Panics
    /// Where nothing failed.
    pub(crate) fn finding(&self, rule: &'static Rule, failures: &[String]) -> Finding {
        let place = match (self.place, self.side) {
            (Some((line, column)), _) => Some(Location::point(self.path, line, column)),
            (None, Side::Removed) => None,
            (None, _) => Some(Location::file(self.path)),
        };
        let word = self.kind.word();
        let whose = match self.side {
            Side::Same | Side::Added => word.to_owned(),
            Side::Base => format!("the base's version of {word}"),
            Side::Changed => format!("head's version of {word}"),
            Side::Removed => format!("the removed {word}"),
        };
        let more = match failures.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let mut finding =
            Finding::new(rule, place, format!("{whose} `{}` failed: {}{more}", self.name, failures[0]))
                .help("repair the service, or have the changed promise approved")
                .fact(self.path)
                .fact(self.name)
                .fact(&whose)
                .judged(&self.judged.0, &self.judged.1);
        for failure in failures.iter().skip(1) {
            finding = finding.note(failure);
        }
        finding
    }

    /// The finding of the base's promise that head's protos have no words for.
    pub(crate) fn gone(&self, rule: &'static Rule, at: &str, fault: &str) -> Finding {
        self.finding(rule, &[format!("its `{at}` does not fit head's protos: {fault}")])
    }

    /// Why nothing can be said of it.
    pub(crate) fn not_asked(&self, reason: impl std::fmt::Display) -> Error {
        Error::NotAsked { kind: self.kind.word(), name: self.name.to_owned(), reason: reason.to_string() }
    }
}

/// A request or an answer in a note, shortened.
pub(crate) fn cut(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} .. ({} bytes in all)", &text[..end], text.len()),
        None => text,
    }
}
