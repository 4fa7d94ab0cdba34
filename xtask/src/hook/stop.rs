//! When the agent wants to end: the static gate over the whole change, with a guard against going round for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use findings::{Finding, Outcome, digest};

use super::answer::{Answer, Verdict};
use super::event::Event;
use super::memory::{Blocked, Memory};
use super::others::Own;
use super::patience::Sent;
use super::touched::Found;
use super::{let_go, look, root, words};
use crate::gate::{Judgement, judge_scene};

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
            return sent(event, memory, (&blocked.set, &blocked.rules), (text, gone));
        }
        Err(message) => Answer {
            verdict: Verdict::Nothing,
            tell: memory.once(format!("gatefold could not look: {message}")),
        },
    };
    memory.keep(event);
    answer
}

/// What does not pass, with what is to be told of it; and what the person is told beside.
type Open = (Option<(Blocked, String)>, Option<String>);

fn verdict(event: &Event, memory: &mut Memory) -> Result<Open, String> {
    let Some(root) = root::around(&event.folder) else { return Ok((None, None)) };
    let scene = look::open(&root)?;
    let found = Found::of(&root, &scene.change);
    memory.saw(&found, &scene.change);
    if memory.passed.as_ref() == Some(&found.state) {
        return Ok((None, None));
    }
    if let Some(blocked) = memory.blocked.clone().filter(|blocked| blocked.state == found.state) {
        let text = reminded(event, &blocked);
        return Ok((Some((blocked, text)), None));
    }
    let mut judged = vec![judge_scene(scene).map_err(|failure| failure.message)?];
    for below in root::all(&event.folder).iter().skip(1).filter(|below| found.differs_below(below)) {
        judged.push(judge_scene(look::open(below)?).map_err(|failure| failure.message)?);
    }
    let brought = |observes: bool| {
        let judged = judged.iter().filter(|judgement| judgement.report.observe == observes);
        told_once(&root, judged.map(|judgement| (judgement, brought(event, judgement, memory))))
    };
    let found_blocking = brought(false);
    let blocking: Vec<&Finding> = found_blocking.iter().collect();
    if blocking.is_empty() {
        let tell = blind(&judged).or_else(|| observed(&brought(true).iter().collect::<Vec<_>>()));
        (memory.passed, memory.blocked) = (Some(found.state), None);
        return Ok((None, tell.and_then(|text| memory.once(text))));
    }
    let set: BTreeSet<String> = blocking.iter().map(|finding| finding.fingerprint()).collect();
    let blocked = Blocked {
        state: found.state,
        set: digest(set.into_iter().collect::<Vec<_>>().join(" ").as_bytes()),
        counted: words::counted(&blocking),
        lines: blocking.iter().take(10).map(|finding| words::reminder(finding)).collect(),
        rules: words::by_rule(&blocking),
    };
    memory.blocked = Some(blocked.clone());
    // Who is sent back is told in full, whatever was told on the way.
    let command = look::command(&root, &event.folder);
    let text = words::message(&head(&blocked), &blocking, &end(&command), &command, &mut BTreeSet::new());
    Ok((Some((blocked, text)), None))
}

/// Sends the agent back because of what keeps everybody from looking, until patience ends.
pub(super) fn cannot_look(event: &Event, failed: &str) -> Answer {
    let text = format!(
        "gatefold could not look, so nothing was judged: {failed}. Put a regular file there, or none"
    );
    let gone = format!("gatefold could not look, and the agent is let go: {failed}");
    sent(event, Memory::recall(event), (&digest(failed.as_bytes()), &BTreeMap::new()), (text, gone))
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
fn told_once<'a>(
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
fn sent(
    event: &Event,
    mut memory: Memory,
    (set, rules): (&str, &BTreeMap<String, u32>),
    (back, gone): (String, String),
) -> Answer {
    let sent = memory.patience.asked(event.prompt.as_deref(), set);
    // Who cannot count would send the agent back for ever.
    let counts = memory.keep(event);
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

fn end(command: &str) -> String {
    format!(
        "mend them, then verify: `{command}`. What the base has already is not counted. If one of them must stay as it is, \
         say so in your last message: only a person can approve it."
    )
}

/// What is said where nothing was changed since the last time.
fn reminded(event: &Event, blocked: &Blocked) -> String {
    let command = root::around(&event.folder).map(|root| look::command(&root, &event.folder));
    let command = command.unwrap_or_else(|| "gatefold gate".to_owned());
    format!(
        "{}, and nothing was changed since you were told\n{}\n{}",
        head(blocked),
        blocked.lines.join("\n"),
        end(&command)
    )
}
