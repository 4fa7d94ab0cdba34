//! Jobs that only look at the results of others. A forge is told to require such a job, and it counts one that is
//! skipped as one that passed.

use super::compare::{Kind, Lost};
use super::conditions::{asks_more, is_harmless, plain, runs_anyway};
use super::jobs::{condition, machine, shown};
use super::{Command, Job, Pipeline, Step};
use crate::evidence::short;

/// Compares the jobs of the base that judge others with what bears their names in head. `beside_gate` tells that the
/// steps are compared with those of the gate.
pub(super) fn compare(file: usize, base: &Pipeline, head: &Pipeline, beside_gate: bool) -> Vec<Lost> {
    let mut lost = Vec::new();
    let mut add = |kind: Kind, what: String, base: &str, head: &str| {
        lost.push(Lost::of_file(file, kind, what, base, head));
    };
    for before in base.jobs.iter().filter(|job| judges(job)) {
        let name = short(&shown(before));
        let called_so = head.jobs.iter().find(|job| shown(job) == shown(before));
        let Some(after) = called_so.or_else(|| head.jobs.iter().find(|job| job.name == before.name)) else {
            if !head.jobs.is_empty() && !head.jobs.iter().any(judges) {
                let what = format!("job `{name}`, which judged the results of others, is gone");
                add(Kind::Step, what, &format!("{}:", before.name), "");
            }
            continue;
        };
        let at = format!("{}:", after.name);
        if !judges(after) {
            let what = format!("job `{name}` no longer judges the results of others");
            add(Kind::Step, what, &format!("{}:", before.name), &at);
            continue;
        }
        runs(before, after, &mut add);
        machine(before, after, &mut add);
        if after.soft && !before.soft {
            add(Kind::Step, format!("job `{name}`, which judges the results of others, may fail"), "", &at);
        }
        for was in before.steps.iter().filter(|_| !beside_gate) {
            let same = |step: &&Step| step.name == was.name && step.script == was.script;
            let named = |step: &&Step| !was.name.is_empty() && step.name == was.name;
            let now = after.steps.iter().find(same);
            let how = now.and_then(|now| softened(was, now));
            let goes_on = || now.or_else(|| after.steps.iter().find(named)).and_then(|now| goes_on(was, now));
            if let Some(how) = how.or_else(goes_on) {
                let what = format!("a step of job `{name}`, which judges the results of others, {how}");
                add(Kind::Step, what, "", &at);
            }
        }
    }
    lost
}

/// Whether a job fails by what others ended with: it knows their results, and a step of it ends by them.
pub(super) fn judges(job: &Job) -> bool {
    let status = |condition: &str| ["failure()", "cancelled()"].iter().any(|name| condition.contains(name));
    let by_condition = job.condition.as_deref().is_some_and(|text| knows(text) || status(text));
    let told = by_condition || job.env.values().any(|value| knows(value));
    !job.needs.is_empty()
        && job.steps.iter().any(|step| {
            let condition = step.condition.as_deref().unwrap_or_default();
            let knows_results = told
                || knows(condition)
                || status(condition)
                || knows(&step.script)
                || step.env.values().chain(step.with.values()).any(|value| knows(value));
            knows_results && (ends(step) || step.uses.as_deref().is_some_and(|uses| uses.contains("green")))
        })
}

/// Whether an expression has the results of other jobs in it.
fn knows(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.contains("toJSON(needs") || plain.contains("needs.") && plain.contains(".result")
}

/// Whether a script fails by what it compares. What is handed a secret tells somebody of a failure.
fn ends(step: &Step) -> bool {
    let secret =
        step.env.values().any(|value| value.contains("secrets.")) || step.script.contains("secrets.");
    step.script.split("exit ").skip(1).any(|rest| rest.starts_with(|c: char| ('1'..='9').contains(&c)))
        || !secret && step.commands.iter().filter(|command| command.soft.is_none()).any(asks)
}

/// Whether a command is there for its status.
fn asks(command: &Command) -> bool {
    let first = command.words.first().map(String::as_str).unwrap_or_default();
    ["[", "[[", "test", "false", "jq", "grep"].contains(&first)
}

/// A question by whose answer a step ended, and after which it goes on: its shell lost `-e`, or its script `set -e`.
fn goes_on(was: &Step, now: &Step) -> Option<String> {
    let lost = |was: &Command, now: &Command| asks(was) && was.soft.is_none() && !was.loose && now.loose;
    Some(format!(
        "goes on after `{}` failed",
        short(&pairs(was, now).find(|(was, now)| lost(was, now))?.0.raw)
    ))
}

/// The commands of a step with those of another that say the same.
pub(super) fn pairs<'a>(one: &'a Step, other: &'a Step) -> impl Iterator<Item = (&'a Command, &'a Command)> {
    let same = |command: &'a Command| other.commands.iter().find(|other| other.words == command.words);
    one.commands.iter().filter_map(move |command| Some((command, same(command)?)))
}

/// Whether it still runs wherever it ran, above all where one of the others failed.
fn runs(before: &Job, after: &Job, add: &mut dyn FnMut(Kind, String, &str, &str)) {
    let text = |job: &Job| job.condition.clone().unwrap_or_default();
    let (was, now) = (text(before), text(after));
    let name = short(&shown(before));
    let at = if now.is_empty() { format!("{}:", after.name) } else { now.clone() };
    let told = |how: &str| format!("job `{name}`, which judges the results of others, {how}");
    let status = |text: &str| ["always()", "cancelled()", "failure()"].iter().any(|name| text.contains(name));
    match (runs_anyway(&was), runs_anyway(&now)) {
        _ if plain(&was) == plain(&now) && before.never == after.never => {}
        _ if after.never => {
            add(Kind::Step, told("never runs, and what is skipped counts as passed"), &was, &at)
        }
        (before, after) if after > before || after == before && before > 0 => {}
        (_, 1) => add(Kind::Setting, told("is skipped where the run is cancelled"), &was, &at),
        (before, _) if before > 0 || status(&was) && !status(&now) => {
            add(Kind::Step, told("is skipped at times, and what is skipped counts as passed"), &was, &at);
        }
        _ => condition(before, after, add),
    }
}

/// How a step that is no check counts for less than it did.
pub(super) fn softened(was: &Step, now: &Step) -> Option<String> {
    let condition = |step: &Step| step.condition.clone().unwrap_or_default();
    let (before, after) = (condition(was), condition(now));
    let narrower = match before.is_empty() {
        true => !after.is_empty() && !is_harmless(&after, &Job::default()),
        false => asks_more(&before, &after),
    };
    match () {
        () if now.never && !was.never => Some("never runs".to_owned()),
        () if now.soft && !was.soft => Some("may fail".to_owned()),
        () if now.shell.is_some() && now.shell != was.shell => {
            Some(format!("is run by `{}`", short(now.shell.as_deref().unwrap_or_default())))
        }
        () if narrower => Some(format!("runs only where `{}`", short(&after).replace('`', "'"))),
        () => None,
    }
}

/// Whether a step asks for the results of more jobs, or only told that of one that is gone, and is what it was otherwise.
pub(super) fn asks_for_as_much(was: &Step, now: &Step, head: &Pipeline) -> bool {
    let result = |value: &str| -> Option<String> {
        let plain = plain(value);
        let job = plain.strip_prefix("needs.").and_then(|rest| rest.strip_suffix(".result"))?;
        let is_name = job.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        is_name.then(|| job.to_owned())
    };
    // One that no line asked for: what is left out of a script beside what it says is seen below.
    let is_gone = |name: &str, value: &str| {
        let is_there = |job: &String| head.jobs.iter().any(|other| other.name == *job);
        !now.env.contains_key(name)
            && result(value).is_some_and(|job| !is_there(&job))
            && !now.script.contains(&format!("${name}"))
            && !now.script.contains(&format!("{{{name}"))
    };
    // Shells, loaders and the forge itself go by some names.
    let own = |name: &str| {
        let taken =
            ["BASH", "LD_", "GITHUB_", "RUNNER_", "SHELL"].iter().any(|start| name.starts_with(start));
        !taken && !["ENV", "PATH", "IFS"].contains(&name) && !was.script.contains(name)
    };
    let kept = was.env.iter().all(|(name, value)| now.env.get(name) == Some(value) || is_gone(name, value));
    let mut new = now.env.iter().filter(|(name, _)| !was.env.contains_key(*name));
    kept && new.all(|(name, value)| own(name) && result(value).is_some())
        && adds_questions(&was.script, &now.script)
}

/// Whether a script is the other one with more lines that end it by a result, and perhaps another message.
fn adds_questions(was: &str, now: &str) -> bool {
    let lines = |script: &str| -> Vec<String> {
        script.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let (was, now) = (lines(was), lines(now));
    // What stands last gives the script its status.
    if was.last() != now.last() && !was.last().is_some_and(|line| line.contains(" || ")) {
        return false;
    }
    let mut left = was.iter().peekable();
    let mut before = "";
    for line in &now {
        let said = |old: &&String| *old == line || is_quoted(old, "echo ") && is_quoted(line, "echo ");
        let goes_on = before.ends_with(['\\', '|', '&']);
        if left.next_if(said).is_none() && (goes_on || !is_question(line, &was)) {
            return false;
        }
        before = line;
    }
    left.next().is_none()
}

/// `[ "$NAME" = success ] || blocks ".."`, where a line that was there does the same on the right.
fn is_question(line: &str, known: &[String]) -> bool {
    let asked = line.strip_prefix("[ \"$").and_then(|rest| rest.split_once("\" = success ] || "));
    let Some((name, then)) = asked else { return false };
    let fails = then.split_once(' ').is_some_and(|(word, _)| {
        let start = format!("{word} ");
        is_quoted(then, &start) && known.iter().any(|line| line.contains(&format!("] || {start}\"")))
    });
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && (fails || then == "exit 1")
}

/// Whether a line is these words and one text in quotes that runs nothing and tells the forge nothing.
fn is_quoted(line: &str, words: &str) -> bool {
    let text = line.strip_prefix(words).and_then(|rest| rest.strip_prefix('"')?.strip_suffix('"'));
    text.is_some_and(|text| !["\"", "`", "$(", "${", "\\", "::"].iter().any(|odd| text.contains(odd)))
}
