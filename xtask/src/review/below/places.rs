//! The places to read first, ranked by what the change does there.

use std::collections::{BTreeSet, HashMap};

use source::{Churn, Part, Reached};

use super::changed::Changed;
use super::topics::{self, Topic};
use super::untested::Untold;
use super::{Block, untested};
use crate::gate::Judgement;
use crate::review::answer::Mark;
use crate::review::evidence;
use crate::review::wording::things;

/// Places that are named, and how many of one file.
const PLACES: usize = 5;
const OF_ONE_FILE: usize = 2;

/// Files of which the history is asked.
const FILES: usize = 200;

/// How far back the history is asked, in days.
const DAYS: u32 = 90;

/// From so many commits on, that a file changes often is told.
const OFTEN: usize = 3;

/// What the worst churn adds: less than any reason that lies in the change itself.
const MOST_CHURN: u64 = 15;

/// What no test reaches.
const UNTESTED: u64 = 20;

/// A place with what speaks for reading it.
struct Place<'c> {
    part: &'c Part,
    line: u32,
    score: u64,
    reasons: Vec<String>,
}

/// At most five places, the most urgent first, each with why.
pub(super) fn block(
    judgement: &Judgement,
    changed: &Changed<'_>,
    reached: &Result<Reached, Untold>,
) -> Block {
    let mut places: Vec<Place<'_>> = changed
        .parts
        .iter()
        .filter(|(part, _)| !part.in_test)
        .map(|(part, before)| place(part, *before, untested::is_missed(reached, part)))
        .filter(|place| place.score > 0)
        .collect();
    sort(&mut places);
    let (churn, asked) = churn(judgement, &places);
    let sizes: HashMap<&str, u32> =
        judgement.scene.head_code().files().iter().map(|info| (info.path.as_str(), info.lines)).collect();
    for place in &mut places {
        let file = place.part.file.as_str();
        let commits = churn.commits.get(file).copied().unwrap_or_default();
        let lines = sizes.get(file).copied().unwrap_or_default();
        if commits >= OFTEN {
            let heat = commits as u64 * u64::from(lines) / 500;
            place.score += heat.clamp(1, MOST_CHURN);
            place.reasons.push(format!(
                "its file of {} changed in {commits} commits of the last {DAYS} days",
                things(lines as usize, "line")
            ));
        }
    }
    sort(&mut places);
    let mut lines = told(&places);
    lines.extend(blocked(judgement, &lines));
    lines.truncate(PLACES);
    let items = changed.parts.iter().filter(|(part, _)| !part.in_test).count();
    let looked = match items {
        0 => "no item of Rust outside tests changed".to_owned(),
        _ => format!(
            "{} in {}, by what differs in them{asked}",
            things(items, "changed item"),
            things(changed.files, "file")
        ),
    };
    Block::of("first", "Read these first", lines, looked)
}

fn sort(places: &mut [Place<'_>]) {
    places.sort_by(|one, other| {
        (other.score, &one.part.file, one.line).cmp(&(one.score, &other.part.file, other.line))
    });
}

fn told(places: &[Place<'_>]) -> Vec<String> {
    let mut of_file: HashMap<&str, usize> = HashMap::new();
    let mut lines = Vec::new();
    for place in places {
        let count = of_file.entry(&place.part.file).or_default();
        *count += 1;
        if *count <= OF_ONE_FILE && lines.len() < PLACES {
            let (file, line, path) = (&place.part.file, place.line, &place.part.path);
            lines.push(format!("`{file}:{line}` `{path}`: {}", place.reasons.join("; ")));
        }
    }
    lines
}

/// The places of what blocks that are not named already, so that no change that fails leaves the reader without one.
fn blocked(judgement: &Judgement, named: &[String]) -> Vec<String> {
    let mark = if judgement.report.observe { Mark::WouldBlock } else { Mark::Blocks };
    let mut lines: Vec<String> = Vec::new();
    for finding in judgement.blocking() {
        let Some(location) = &finding.location else { continue };
        let begin = format!("`{}`", evidence::place(location));
        let is_named = |line: &String| line.starts_with(&begin);
        if lines.len() < PLACES && !named.iter().chain(&lines).any(is_named) {
            lines.push(format!("{begin}: `{}` {} there", finding.rule.id, mark.word()));
        }
    }
    lines
}

fn place<'c>(part: &'c Part, before: Option<&Part>, is_missed: bool) -> Place<'c> {
    let difference = difference(part, before);
    let mut found = Place { part, line: part.line, score: 0, reasons: Vec::new() };
    for topic in topics::TOPICS {
        let Some(words) = topic.words(part, before.is_none(), &difference) else { continue };
        if found.score == 0 {
            found.line = first_line(part, &words);
        }
        found.score += topic.score;
        found.reasons.push(reason(topic, &words));
    }
    if is_missed {
        found.score += UNTESTED;
        found.reasons.push("no test reaches it".to_owned());
    }
    found
}

/// The words of which head has more or fewer than the base.
fn difference<'p>(part: &'p Part, before: Option<&'p Part>) -> BTreeSet<&'p str> {
    let count = |of: Option<&Part>, word: &str| of.and_then(|of| of.words.get(word)).map_or(0, Vec::len);
    let old = before.into_iter().flat_map(|before| before.words.keys());
    let words = part.words.keys().chain(old).map(String::as_str);
    words.filter(|word| count(Some(part), word) != count(before, word)).collect()
}

/// The first line of head on which one of the words stands; of the part where all of them went.
fn first_line(part: &Part, words: &[&str]) -> u32 {
    let lines = words.iter().filter_map(|word| part.words.get(*word)?.first());
    lines.min().copied().unwrap_or(part.line)
}

fn reason(topic: &Topic, words: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{word}`")).collect();
    let more = if words.len() > SHOWN { ", .." } else { "" };
    format!("{} ({}{more})", topic.said, shown.join(", "))
}

/// How often the files of the foremost places changed, and what is to be said of how that was asked.
fn churn(judgement: &Judgement, places: &[Place<'_>]) -> (Churn, String) {
    let scene = &judgement.scene;
    let mut files: Vec<&str> = Vec::new();
    for place in places {
        if files.len() < FILES && !files.contains(&place.part.file.as_str()) {
            files.push(&place.part.file);
        }
    }
    let since = scene.ask.today.days_before(DAYS);
    match source::churn(&scene.ask.root, &scene.change, since, &files) {
        Err(error) => (Churn::default(), format!("; how often files changed is not known: {error}")),
        Ok(churn) => {
            let cut = if churn.cut { ", where it was cut short" } else { "" };
            let asked = match files.is_empty() {
                true => String::new(),
                false => format!(" and by {} of history{cut}", things(churn.looked_at, "commit")),
            };
            (churn, asked)
        }
    }
}
