//! Which of the five questions a finding answers, and how it is told there.

use findings::{Finding, JudgedFinding, Level, Report, Rule, Status};

use super::answer::{Line, Mark};
use super::evidence::{Evidence, evidence, place, witness};

/// The five questions, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    Merge,
    Weakened,
    Listeners,
    Callers,
    Unchecked,
}

/// Groups of the contracts guard about what ranks, and who is shown which ranking.
const RANKS: [&str; 4] = ["models", "retrains", "replays", "experiments"];

/// Rules of other guards about what a guard sees less of than before.
const WEAKENS: [&str; 3] = ["buf-yaml-loosened", "replay-shortened", "unverified-features-lock"];

/// Rules of the contracts guard about a promise that is missing: no caller breaks by it.
const MISSING: [&str; 6] = [
    "alert-without-runbook",
    "cost-not-compared",
    "cost-untold",
    "rules-refused-by-promtool",
    "uncovered-field",
    "uncovered-rpc",
];

/// Users that a line names.
const USERS: usize = 4;

/// What of a difference a line shows.
const SHOWN: usize = 70;

/// The question that findings of a rule answer.
pub(crate) fn question(rule: &Rule) -> Question {
    match (rule.guard, rule.group) {
        _ if rule.says_not_looked_at() => Question::Unchecked,
        ("integrity", _) => Question::Weakened,
        _ if WEAKENS.contains(&rule.id) => Question::Weakened,
        ("golden", "corpus" | "snapshots") if rule.id != "corpus-stale" => Question::Weakened,
        ("golden", _) => Question::Listeners,
        ("contracts", group) if RANKS.contains(&group) => Question::Listeners,
        ("contracts", "proto-lint") => Question::Merge,
        ("contracts", _) if MISSING.contains(&rule.id) => Question::Merge,
        ("contracts", _) => Question::Callers,
        _ => Question::Merge,
    }
}

/// What the report tells of a question, gravest first. What the base already has, and what only informs, is left out.
pub(crate) fn lines(report: &Report, asked: Question) -> Vec<Line> {
    let of_it = report.findings.iter().filter(|judged| question(judged.finding.rule) == asked);
    let mut lines: Vec<Line> =
        of_it.filter_map(|judged| Some(line(&judged.finding, mark(judged, asked)?))).collect();
    lines.sort_by_key(|line| line.mark);
    lines
}

/// How many of these block.
pub(crate) fn blocking(lines: &[Line]) -> usize {
    lines.iter().filter(|line| line.mark == Mark::Blocks).count()
}

/// Notes inform of no weakness and of no caller, and tell listeners which model is another.
fn mark(judged: &JudgedFinding, asked: Question) -> Option<Mark> {
    match (judged.status, judged.finding.level) {
        (Status::New, _) if judged.blocks() => Some(Mark::Blocks),
        (Status::New, Level::Note) if asked == Question::Listeners => Some(Mark::Tells),
        (Status::New, Level::Warning) => Some(Mark::Advises),
        (Status::Approved | Status::Excepted, Level::Error | Level::Warning) => Some(Mark::Accepted),
        _ => None,
    }
}

fn line(finding: &Finding, mark: Mark) -> Line {
    let text = witness(finding).map_or(finding.message.as_str(), |(count, _)| count).to_owned();
    let place = finding.location.as_ref().map(place);
    Line { mark, rule: Some(finding.rule.id), text, place, detail: detail(finding) }
}

/// The piece of evidence that shows it best: who uses what broke, what was and what is, the chain.
fn detail(finding: &Finding) -> Option<String> {
    if let Some((_, worst)) = witness(finding) {
        return Some(worst.to_owned());
    }
    let pieces = evidence(finding);
    if finding.rule.guard == "contracts" {
        return breaks(&pieces);
    }
    pieces.iter().find_map(|piece| match piece {
        Evidence::Sides { before, after } => sides(before, after),
        Evidence::Line { .. } => None,
    })
}

/// Who uses what broke, and what arrives there.
fn breaks(pieces: &[Evidence]) -> Option<String> {
    let texts: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Evidence::Line { text, .. } => Some(text.as_str()),
            Evidence::Sides { .. } => None,
        })
        .collect();
    let users: Vec<&str> = texts.iter().filter_map(|text| user(text)).collect();
    let of_users = match users.as_slice() {
        [] => texts.iter().find(|text| text.contains("known consumer")).map(|text| (*text).to_owned()),
        [first @ .., _] if first.len() >= USERS => {
            Some(format!("used by {} and {} more", users[..USERS].join(", "), users.len() - USERS))
        }
        users => Some(format!("used by {}", users.join(", "))),
    };
    let about_users = |text: &&&str| user(text).is_some() || text.contains("known consumer");
    let witness = texts.iter().find(|text| text.contains(" arrives as "));
    let other = || texts.iter().find(|text| !about_users(text) && !text.starts_with("the base has "));
    let witness = witness.or_else(other).map(|text| (*text).to_owned());
    let said: Vec<String> = of_users.into_iter().chain(witness).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Whom a note of the contracts guard names as one who uses what broke.
fn user(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("used by ")?;
    Some(rest.split_once(": ").map_or(rest, |(name, _)| name))
}

/// The first line that is gone and the first that came.
fn sides(before: &[String], after: &[String]) -> Option<String> {
    let own = |lines: &[String], other: &[String]| {
        let found = lines.iter().find(|line| !line.trim().is_empty() && !other.contains(line))?;
        let plain: String = found.trim().replace('`', "'").chars().take(SHOWN).collect();
        Some(format!("`{plain}`"))
    };
    match (own(before, after), own(after, before)) {
        (Some(was), Some(is)) => Some(format!("{was} became {is}")),
        (Some(was), None) => Some(format!("{was} is gone")),
        (None, Some(is)) => Some(format!("{is} came")),
        (None, None) => None,
    }
}
