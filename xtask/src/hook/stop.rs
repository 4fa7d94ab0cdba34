//! When the agent wants to end: the static gate over the whole change, with a guard against going round for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use findings::{Finding, Outcome, digest};

use super::answer::{Answer, Verdict};
use super::event::{Event, Step};
use super::memory::{Blocked, Memory};
use super::others::Own;
use super::patience::Sent;
use super::touched::Found;
use super::{let_go, look, root, unseen, words};
use crate::failure::Failure;
use crate::gate::{Judgement, judge_scene};
use crate::scene::Scene;

/// Sends the agent back while something new blocks. A tree that passed is not judged again until it changes, nor is one
/// that nobody has changed since the agent began.
pub(crate) fn answer(event: &Event, waits: bool) -> Answer {
    if waits {
        return Answer::nothing();
    }
    let mut memory = Memory::recall(event);
    let answer = match verdict(event, &mut memory) {
        Ok((None, tell)) => Answer { verdict: Verdict::Nothing, tell },
        Ok((Some((blocked, text)), _)) => {
            let gone = gone(&blocked);
            memory.looked();
            return sent(event, memory, (&blocked.set, &blocked.rules), (text, gone));
        }
        Err(message) => {
            memory.cannot_look(&message);
            return unseen::at_end(event, memory, &message);
        }
    };
    memory.looked();
    memory.keep(event);
    answer
}

/// What does not pass, with what is to be told of it; and what the person is told beside.
type Open = (Option<(Blocked, String)>, Option<String>);

fn verdict(event: &Event, memory: &mut Memory) -> Result<Open, String> {
    let roots = root::outermost(&event.folder, Some(&memory.policies));
    let Some(first) = roots.first() else { return Ok((None, None)) };
    let scene = look::open(first)?;
    let found = Found::of(first, &scene.change);
    memory.saw(&found, &scene.change);
    if memory.passed.as_ref() == Some(&found.state) {
        return Ok((None, None));
    }
    if let Some(blocked) = memory.blocked.clone().filter(|blocked| blocked.state == found.state) {
        let text = reminded(&blocked);
        return Ok((Some((blocked, text)), None));
    }
    let judged = judged(scene, roots, &found)?;
    let roots = judged.iter().map(|judgement| judgement.scene.ask.root.as_path());
    let above = above_all(roots, &found, &event.folder);
    let brought = |observes: bool| {
        let judged = judged.iter().filter(|judgement| judgement.report.observe == observes);
        told_once(&above, judged.map(|judgement| (judgement, brought(event, judgement, memory))))
    };
    let found_blocking = brought(false);
    let blocking: Vec<&Finding> = found_blocking.iter().collect();
    if blocking.is_empty() {
        let tell = blind(&judged).or_else(|| observed(&brought(true).iter().collect::<Vec<_>>()));
        (memory.passed, memory.blocked) = (Some(found.state), None);
        return Ok((None, tell.and_then(|text| memory.once(text))));
    }
    let set: BTreeSet<String> = blocking.iter().map(|finding| finding.fingerprint()).collect();
    let is_open = |judgement: &&Judgement| !judgement.report.observe && !judgement.blocking().is_empty();
    let open = judged.iter().filter(is_open);
    let commands: Vec<String> =
        open.map(|judgement| look::command(&judgement.scene.ask.root, &event.folder)).collect();
    let blocked = Blocked {
        state: found.state,
        commands: words::commands(&commands),
        set: digest(set.into_iter().collect::<Vec<_>>().join(" ").as_bytes()),
        counted: words::counted(&blocking),
        lines: blocking.iter().take(10).map(|finding| words::reminder(finding)).collect(),
        rules: words::by_rule(&blocking),
    };
    memory.blocked = Some(blocked.clone());
    // Who is sent back is told in full, whatever was told on the way.
    let command = commands.first().map_or("gatefold gate", String::as_str);
    let end = end(&blocked.commands);
    let text = words::message(&head(&blocked), &blocking, &end, command, &mut BTreeSet::new());
    Ok((Some((blocked, text)), None))
}

/// Judges the first root, which is open, and the others in which something differs. Where the top of the checkout has no
/// policy, each root has its own, and judges what lies outside of all, too: CI and owners, for instance.
fn judged(first: Scene, roots: Vec<PathBuf>, found: &Found) -> Result<Vec<Judgement>, String> {
    let judge = |scene| judge_scene(scene).map_err(|failure: Failure| failure.message);
    let roots = root::of_change(roots, &first.change);
    let is_alone = roots.len() == 1 && roots[0] == first.ask.root;
    let differs_outside = found.differs_outside(&roots);
    let is_judged = |root: &PathBuf| is_alone || differs_outside || found.differs_below(root);
    let mut judged = Vec::new();
    let mut first = Some(first);
    for root in roots.iter().filter(|root| is_judged(root)) {
        let scene = match first.take_if(|first| first.ask.root == *root) {
            Some(first) => first,
            None => look::open(root)?,
        };
        judged.push(judge(scene)?);
    }
    let listed = root::with_listed(&roots);
    for below in listed[roots.len()..].iter().filter(|below| found.differs_below(below)) {
        judged.push(judge(look::open(below)?)?);
    }
    Ok(judged)
}

/// The folder from which paths are told: the root around the client that holds all others, else the repository's.
pub(super) fn above_all<'r>(
    mut roots: impl Iterator<Item = &'r Path>,
    found: &Found,
    client: &Path,
) -> PathBuf {
    let first = roots.next().filter(|first| look::is_around(first, client));
    let holds_all = first.filter(|first| roots.all(|root| root.starts_with(first)));
    holds_all.map_or_else(|| PathBuf::from(&found.folder), Path::to_owned)
}

/// The findings that block, but for those in files that were changed before the agent began and left alone since, and in
/// those that others committed: what they left open is not the agent's to mend.
fn brought<'a>(event: &Event, judgement: &'a Judgement, memory: &Memory) -> Vec<&'a Finding> {
    let root = &judgement.scene.ask.root;
    let found = Found::of(root, &judgement.scene.change);
    let began = memory.began.get(&found.folder);
    let was_before = |finding: &&Finding| {
        let Some((before, file)) = began.zip(finding.file()) else { return false };
        let whole = root.join(file);
        let own = memory.own.contains(whole.to_string_lossy().as_ref());
        !own && found.was_before(before, file) || found.differs(file) && memory.is_as_it_was(&whole)
    };
    let mut brought: Vec<&Finding> =
        judgement.blocking().into_iter().filter(|finding| !was_before(finding)).collect();
    if !brought.is_empty() {
        let own = Own::of(event, &judgement.scene);
        brought.retain(|finding| own.explains(&found, finding));
    }
    brought
}

/// The findings of all roots by their paths from the outermost: what two roots find alike is one finding.
pub(super) fn told_once<'a>(
    root: &Path,
    found: impl Iterator<Item = (&'a Judgement, Vec<&'a Finding>)>,
) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let mut all = Vec::new();
    for (judgement, findings) in found {
        let below = judgement.scene.ask.root.strip_prefix(root).unwrap_or(Path::new(""));
        for finding in findings {
            let mut finding = finding.clone();
            if let Some(place) = &mut finding.location {
                place.file = from_above(below, &place.file);
            }
            if told.insert((words::reminder(&finding), finding.fingerprint())) {
                all.push(finding);
            }
        }
    }
    all
}

/// A path of a finding below a root as the root above has it.
fn from_above(below: &Path, file: &str) -> String {
    let mut parts: Vec<&str> = below.iter().filter_map(|part| part.to_str()).collect();
    let mut rest = file;
    while let Some(outside) = rest.strip_prefix("../").filter(|_| !parts.is_empty()) {
        parts.pop();
        rest = outside;
    }
    parts.push(rest);
    parts.join("/")
}

/// What the person is told where the policy only observes.
fn observed(found: &[&Finding]) -> Option<String> {
    let lines: Vec<String> = found.iter().take(10).map(|finding| words::reminder(finding)).collect();
    (!found.is_empty()).then(|| {
        format!(
            "gatefold only observes here; {} that this change brings would block it:\n{}",
            words::counted(found),
            lines.join("\n")
        )
    })
}

/// What a guard that could not look says about it.
fn blind(judged: &[Judgement]) -> Option<String> {
    let mut runs = judged.iter().flat_map(|judgement| &judgement.report.guards);
    let run = runs.find(|run| run.outcome == Outcome::CouldNotRun)?;
    Some(format!(
        "gatefold: {} could not look: {}",
        run.guard,
        run.reason.as_deref().unwrap_or("no reason given")
    ))
}

/// Sends the agent back with a text, or lets it go with another where that was tried often enough for a set.
pub(super) fn sent(
    event: &Event,
    mut memory: Memory,
    (set, rules): (&str, &BTreeMap<String, u32>),
    (back, gone): (String, String),
) -> Answer {
    let sent = memory.patience.asked(event.prompt.as_deref(), set);
    // Who cannot count would send the agent back for ever, but that it is the first time the client says itself.
    let counts = memory.keep(event) || matches!(event.step, Step::Stop { again: Some(false), .. });
    match sent {
        Sent::Back(_) if counts => Verdict::GoOn(back).into(),
        Sent::Back(_) | Sent::OffAgain => Answer::tell(gone),
        Sent::Off => {
            let_go::record(event, rules);
            Answer::tell(gone)
        }
        Sent::OffSilently => Answer::nothing(),
    }
}

fn head(blocked: &Blocked) -> String {
    format!("gatefold: {} that this change brings and that block it", blocked.counted)
}

fn gone(blocked: &Blocked) -> String {
    format!(
        "gatefold: {} still open, and the agent is let go; CI will fail until they are mended or approved:\n{}",
        blocked.counted,
        blocked.lines.join("\n")
    )
}

fn end(commands: &str) -> String {
    format!(
        "mend them, then verify: {commands}. What the base has already is not counted. If one of them must stay as it is, \
         say so in your last message: only a person can approve it."
    )
}

/// What is said where nothing was changed since the last time.
fn reminded(blocked: &Blocked) -> String {
    format!(
        "{}, and nothing was changed since you were told\n{}\n{}",
        head(blocked),
        blocked.lines.join("\n"),
        end(&blocked.commands)
    )
}
