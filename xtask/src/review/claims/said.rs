//! Where claims are made: in the messages of the commits, and in the description of the change.

use golden::intent::Intent;
use source::{Message, Said};

use super::alone;
use super::facts::{Claim, Held, about_intent, measure};
use super::find::{Found, Kind, find};
use crate::review::answers::Measured;
use crate::review::seen::Seen;
use crate::review::wording::things;

/// Letters of a claim that are shown.
const SHOWN: usize = 140;

/// Commits that are judged each by itself, the newest: a judgement takes as long as the gate.
const COMMITS: usize = 8;

/// What a change says of itself.
pub(crate) struct Claims {
    /// Those that do not hold first, those that hold last.
    pub(crate) list: Vec<Claim>,
    /// What was read for them, and what was not.
    pub(crate) read: String,
}

/// The claims of a change, each with what was measured.
pub(crate) fn claims(seen: &Seen<'_>, measured: &Measured, description: Option<&str>) -> Claims {
    let said = &seen.judgement.scene.change.said;
    let messages: &[Message] = said.as_ref().map(|said| said.messages.as_slice()).unwrap_or_default();
    let commits: Vec<&Message> = messages.iter().filter(|message| message.commit.is_some()).collect();
    let mut list: Vec<Claim> = Vec::new();
    let mut add = |claim: Claim| match list.iter_mut().find(|other| other.is_same(&claim)) {
        Some(other) => other.again += 1,
        None => list.push(claim),
    };
    for found in description.map(find).unwrap_or_default() {
        add(weighed(found, "the description", |kind| measure(seen, measured, kind)));
    }
    let claiming = commits.iter().filter(|message| !is_merge(&message.text));
    let claiming =
        claiming.map(|message| (message.commit.as_deref().unwrap_or_default(), find(&message.text)));
    let claiming = claiming.filter(|(_, found)| !found.is_empty());
    for (at, (commit, found)) in claiming.enumerate() {
        let source = format!("commit {commit}");
        let facts: Vec<(Held, String)> = match (commits.len(), at < COMMITS) {
            (1, _) => found.iter().map(|found| measure(seen, measured, found.kind)).collect(),
            (_, true) => of_commit(seen, measured, commit, &found),
            (_, false) => {
                let why = format!("{COMMITS} commits are judged by themselves, and this is none of them");
                found.iter().map(|found| of_the_whole(seen, measured, found.kind, &why)).collect()
            }
        };
        for (found, fact) in found.into_iter().zip(facts) {
            add(weighed(found, &source, |_| fact));
        }
    }
    for (intent, source) in declared(said, description) {
        list.push(about_intent(seen, &intent, source));
    }
    list.sort_by_key(|claim| claim.held);
    Claims { list, read: read(said, commits.len(), description) }
}

/// What is claimed of one commit of several, measured over that commit.
fn of_commit(seen: &Seen<'_>, measured: &Measured, commit: &str, found: &[Found]) -> Vec<(Held, String)> {
    let kinds: Vec<Kind> = found.iter().map(|found| found.kind).collect();
    match alone::measured(&seen.judgement.scene.ask, commit, &kinds) {
        Ok(facts) => facts.into_iter().map(alone_of).collect(),
        Err(why) => kinds.iter().map(|kind| of_the_whole(seen, measured, *kind, &why)).collect(),
    }
}

/// A fact about a commit says that it is one of no more.
fn alone_of((held, fact): (Held, String)) -> (Held, String) {
    match held {
        Held::CannotTell => (held, fact),
        Held::Broken | Held::Holds => (held, format!("over this commit alone: {fact}")),
    }
}

/// The same where the commit cannot be judged by itself. The whole change has what the others brought, too, so that a claim
/// that does not hold for it may hold for the commit.
fn of_the_whole(seen: &Seen<'_>, measured: &Measured, kind: Kind, why: &str) -> (Held, String) {
    match measure(seen, measured, kind) {
        (Held::Broken, fact) => (
            Held::CannotTell,
            format!("it is said of one commit, and the whole change was measured ({why}): {fact}"),
        ),
        other => other,
    }
}

/// Whether a commit only brings others together: its words are git's.
fn is_merge(message: &str) -> bool {
    ["Merge branch ", "Merge pull request ", "Merge remote-tracking ", "Merge commit ", "Merge tag "]
        .iter()
        .any(|start| message.starts_with(start))
}

fn weighed(found: Found, source: &str, measure: impl FnOnce(Kind) -> (Held, String)) -> Claim {
    let (mut held, mut fact) = measure(found.kind);
    if held == Held::Broken && found.excepts && found.kind != Kind::AddsTests {
        held = Held::CannotTell;
        fact = format!("it leaves something out, and nobody can measure what: {fact}");
    }
    let short: String = found.sentence.chars().take(SHOWN).collect();
    let text = if short.len() < found.sentence.len() { format!("{short}…") } else { short };
    Claim { kind: Some(found.kind), text, source: source.to_owned(), again: 0, fact, held }
}

/// The declared intents: of the commits, as the golden guard reads them, and of the description, where that says
/// something else.
fn declared(said: &Result<Said, String>, description: Option<&str>) -> Vec<(Intent, String)> {
    let of_commits = Intent::of(said);
    let text = description.unwrap_or_default().to_owned();
    let message = Message { commit: Some("the description".to_owned()), text };
    let of_text = Intent::of(&Ok(Said { messages: vec![message], merges: 0 }));
    let mut list = Vec::new();
    if !matches!(of_commits, Intent::Undeclared(_)) {
        list.push((of_commits.clone(), "the commits".to_owned()));
    }
    if !matches!(of_text, Intent::Undeclared(_)) && of_text != of_commits {
        list.push((of_text, "the description".to_owned()));
    }
    list
}

fn read(said: &Result<Said, String>, commits: usize, description: Option<&str>) -> String {
    let messages = match said {
        Ok(_) => format!("{} read", things(commits, "commit message")),
        Err(why) => format!("nobody read the commit messages: {why}"),
    };
    let text = match description {
        Some(text) if text.trim().is_empty() => "the description is empty",
        Some(_) => "the description read",
        None => "no description was given (`--description`)",
    };
    format!("{messages}, {text}")
}
