//! Where claims are made: in the messages of the commits, and in the description of the change.

use golden::intent::Intent;
use source::{Message, Said};

use super::facts::{Claim, Held, about_intent, measure};
use super::find::{Found, Kind, find};
use crate::review::answer::Answer;
use crate::review::seen::Seen;
use crate::review::wording::things;

/// Letters of a claim that are shown.
const SHOWN: usize = 140;

/// What a change says of itself.
pub(crate) struct Claims {
    /// Those that do not hold first, those that hold last.
    pub(crate) list: Vec<Claim>,
    /// What was read for them, and what was not.
    pub(crate) read: String,
}

/// Who says it.
struct Source {
    name: String,
    /// Whether it speaks of a part of the change: one commit of several.
    part: bool,
}

/// The claims of a change, each with what was measured.
pub(crate) fn claims(seen: &Seen<'_>, answers: &[Answer; 5], description: Option<&str>) -> Claims {
    let said = &seen.judgement.scene.change.said;
    let messages: &[Message] = said.as_ref().map(|said| said.messages.as_slice()).unwrap_or_default();
    let commits: Vec<&Message> = messages.iter().filter(|message| message.commit.is_some()).collect();
    let mut list: Vec<Claim> = Vec::new();
    let mut add = |claim: Claim| match list.iter_mut().find(|other| other.is_same(&claim)) {
        Some(other) => other.again += 1,
        None => list.push(claim),
    };
    for found in description.map(find).unwrap_or_default() {
        add(weighed(seen, answers, found, &Source { name: "the description".to_owned(), part: false }));
    }
    for message in &commits {
        let name = format!("commit {}", message.commit.as_deref().unwrap_or_default());
        let source = Source { name, part: commits.len() > 1 };
        if !is_merge(&message.text) {
            find(&message.text).into_iter().for_each(|found| add(weighed(seen, answers, found, &source)));
        }
    }
    for (intent, source) in declared(said, description) {
        list.push(about_intent(seen, &intent, source));
    }
    list.sort_by_key(|claim| claim.held);
    Claims { list, read: read(said, commits.len(), description) }
}

/// Whether a commit only brings others together: its words are git's.
fn is_merge(message: &str) -> bool {
    ["Merge branch ", "Merge pull request ", "Merge remote-tracking ", "Merge commit ", "Merge tag "]
        .iter()
        .any(|start| message.starts_with(start))
}

fn weighed(seen: &Seen<'_>, answers: &[Answer; 5], found: Found, source: &Source) -> Claim {
    let (mut held, mut fact) = measure(seen, answers, found.kind);
    if held == Held::Broken && source.part {
        held = Held::CannotTell;
        fact = format!("it is said of one commit, and the whole change was measured: {fact}");
    }
    if held == Held::Broken && found.excepts && found.kind != Kind::AddsTests {
        held = Held::CannotTell;
        fact = format!("it leaves something out, and nobody can measure what: {fact}");
    }
    let short: String = found.sentence.chars().take(SHOWN).collect();
    let text = if short.len() < found.sentence.len() { format!("{short}…") } else { short };
    Claim { kind: Some(found.kind), text, source: source.name.clone(), again: 0, fact, held }
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
