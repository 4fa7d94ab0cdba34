//! When the agent wants to end: the static gate over the whole change, with a guard against going round for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use findings::{Finding, Outcome, digest};

use super::answer::{Answer, Verdict};
use super::began::Began;
use super::event::{Event, Step};
use super::judging::Looked;
use super::memory::{Blocked, Memory};
use super::others::Own;
use super::patience::Sent;
use super::touched::Found;
use super::{judging, let_go, look, root, unseen, witness, words};
use crate::gate::Judgement;

/// Sends the agent back while something new blocks. A tree that passed is not judged again until it changes, nor is one
/// that nobody has changed since the agent began.
pub(crate) fn answer(event: &Event, waits: bool) -> Answer {
    let mut memory = Memory::recall(event);
    if waits {
        return unjudged(event, memory);
    }
    if let Some((back, gone)) = witness::lost(event) {
        return sent(event, memory, (&digest(gone.as_bytes()), &BTreeMap::new()), (back, gone));
    }
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

/// An agent that waits for its own work ends again when that is done. Where something has changed meanwhile, the person is
/// told once: a server that runs on in the background puts the judgement off for ever.
fn unjudged(event: &Event, mut memory: Memory) -> Answer {
    let root = root::outermost(&event.folder, Some(&memory.policies)).into_iter().next();
    let state = root.and_then(|root| Some(Found::of(&root, &look::open(&root).ok()?.change).state));
    if state.is_none() || state == memory.passed {
        return Answer::nothing();
    }
    let told = memory.once(
        "gatefold: what changed is not judged yet, since the agent says that work of its own runs in the background; it is \
         judged when the agent ends without any, and by CI."
            .to_owned(),
    );
    memory.keep(event);
    told.map_or_else(Answer::nothing, Answer::tell)
}

/// What does not pass, with what is to be told of it; and what the person is told beside.
type Open = (Option<(Blocked, String)>, Option<String>);

fn verdict(event: &Event, memory: &mut Memory) -> Result<Open, String> {
    let roots = root::outermost(&event.folder, Some(&memory.policies));
    let Some(first) = roots.first().cloned().or_else(|| root::top(&event.folder)) else {
        return Ok((None, None));
    };
    let scene = look::open(&first)?;
    let found = Found::of(&first, &scene.change);
    memory.saw(&found, &scene.change);
    if memory.passed.as_ref() == Some(&found.state) {
        return Ok((None, None));
    }
    if let Some(blocked) = memory.blocked.clone().filter(|blocked| blocked.state == found.state) {
        let text = reminded(&blocked);
        return Ok((Some((blocked, text)), None));
    }
    let looked = judging::all(event, scene, roots, &found)?;
    let roots = looked.iter().map(|looked| looked.judgement.scene.ask.root.as_path());
    let above = above_all(roots, &found, &event.folder);
    let brought = |observes: bool| {
        let found =
            looked.iter().map(|Looked { judgement, .. }| match judgement.report.observe == observes {
                true => (judgement, brought(event, judgement, memory)),
                false => (judgement, Vec::new()),
            });
        told_once(&above, found)
    };
    let found_blocking = brought(false);
    let blocking: Vec<&Finding> = found_blocking.iter().map(|(_, finding)| finding).collect();
    if blocking.is_empty() {
        let tell = blind(&looked).or_else(|| observed(&brought(true)));
        (memory.passed, memory.blocked) = (Some(found.state), None);
        return Ok((None, tell.and_then(|text| memory.once(text))));
    }
    let set: BTreeSet<String> = blocking.iter().map(|finding| finding.fingerprint()).collect();
    let open: BTreeSet<usize> = found_blocking.iter().map(|(at, _)| *at).collect();
    let commands: Vec<String> = open.iter().map(|at| looked[*at].command.clone()).collect();
    let notes: BTreeSet<&str> = open.iter().filter_map(|at| looked[*at].note.as_deref()).collect();
    let blocked = Blocked {
        state: found.state,
        commands: words::commands(&commands),
        notes: notes.into_iter().map(|note| format!(" {note}")).collect(),
        set: digest(set.into_iter().collect::<Vec<_>>().join(" ").as_bytes()),
        counted: words::counted(&blocking),
        lines: blocking.iter().take(10).map(|finding| words::recalled(finding)).collect(),
        rules: words::by_rule(&blocking),
    };
    memory.blocked = Some(blocked.clone());
    let with_commands: Vec<(&Finding, &str)> =
        found_blocking.iter().map(|(at, finding)| (finding, looked[*at].command.as_str())).collect();
    // Who is sent back is told in full, whatever was told on the way.
    let text = words::message(&head(&blocked), &with_commands, &end(&blocked), &mut BTreeSet::new());
    Ok((Some((blocked, text)), None))
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

/// The findings that block, but for those in files that were changed before the agent began and left alone since, those that
/// were there in a file that it went on with, and those in what others committed: what they left open is not the agent's to
/// mend.
fn brought<'a>(event: &Event, judgement: &'a Judgement, memory: &Memory) -> Vec<&'a Finding> {
    let root = &judgement.scene.ask.root;
    let found = Found::of(root, &judgement.scene.change);
    let began = memory.began.get(&found.folder);
    let was_before = |finding: &&Finding| {
        let Some((before, file)) = began.zip(finding.file()) else { return false };
        let whole = root.join(file);
        let own = memory.own.contains(whole.to_string_lossy().as_ref());
        // What git lost lies there as it was, where it was only taken out of the index.
        !own && found.was_before(before, file) || found.has_other(file) && memory.is_as_it_was(&whole)
    };
    let asked = judgement.scene.ask.files.as_ref();
    let is_asked = |finding: &&Finding| {
        asked.is_none_or(|files| finding.file().is_some_and(|file| files.iter().any(|asked| asked == file)))
    };
    let blocking = judgement.blocking().into_iter().filter(is_asked);
    let (mut left_alone, mut brought): (Vec<&Finding>, Vec<&Finding>) = blocking.partition(was_before);
    if !brought.is_empty() {
        let own = Own::of(event, &found, &judgement.scene);
        left_alone.extend(brought.extract_if(.., |finding| !own.explains(&found, finding)));
    }
    let stood = Began::of(event, judgement, &found, memory);
    let mut brought = stood.but_for_what_was_there(brought);
    brought.extend(stood.came(left_alone));
    brought
}

/// The findings of all roots by their paths from the outermost, each behind the number of the judgement that has it: what
/// two find alike is one finding.
pub(super) fn told_once<'a>(
    root: &Path,
    found: impl Iterator<Item = (&'a Judgement, Vec<&'a Finding>)>,
) -> Vec<(usize, Finding)> {
    let mut told = BTreeSet::new();
    let mut all = Vec::new();
    for (at, (judgement, findings)) in found.enumerate() {
        let below = judgement.scene.ask.root.strip_prefix(root).unwrap_or(Path::new(""));
        for finding in findings {
            let mut finding = finding.clone();
            if let Some(place) = &mut finding.location {
                place.file = from_above(below, &place.file);
            }
            if told.insert((words::reminder(&finding), finding.fingerprint())) {
                all.push((at, finding));
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
fn observed(found: &[(usize, Finding)]) -> Option<String> {
    let found: Vec<&Finding> = found.iter().map(|(_, finding)| finding).collect();
    let lines: Vec<String> = found.iter().take(10).map(|finding| words::reminder(finding)).collect();
    (!found.is_empty()).then(|| {
        format!(
            "gatefold only observes here; {} that this change brings would block it:\n{}",
            words::counted(&found),
            lines.join("\n")
        )
    })
}

/// What a guard that could not look says about it.
fn blind(looked: &[Looked]) -> Option<String> {
    let mut runs = looked.iter().flat_map(|looked| &looked.judgement.report.guards);
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
    let is_kept = memory.keep(event);
    let and_why = |text: String| if is_kept { text } else { format!("{text}\n{}", unkept(&event.folder)) };
    // Who cannot count would send the agent back for ever, but that it is the first time the client says itself.
    let counts = is_kept || matches!(event.step, Step::Stop { again: Some(false), .. });
    match sent {
        Sent::Back(_) if counts => Verdict::GoOn(and_why(back)).into(),
        Sent::Back(_) | Sent::OffAgain => Answer::tell(and_why(gone)),
        Sent::Off => {
            let_go::record(event, rules);
            Answer::tell(gone)
        }
        Sent::OffSilently => Answer::nothing(),
    }
}

/// Why nobody counts how often an agent was sent back, and what mends that.
fn unkept(folder: &Path) -> String {
    match source::common_git_folder(folder) {
        Some(git) => format!(
            "Nothing of this session can be remembered: `{}` has to be a folder that can be written. Take away what lies there \
             in its place.",
            git.join("gatefold").display()
        ),
        None => "Nothing of this session can be remembered: `.git` leads to no repository. Put it back as git made it; in a \
                 linked worktree, `git worktree repair` in the main one does."
            .to_owned(),
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

fn end(blocked: &Blocked) -> String {
    format!(
        "mend them, then verify: {}. What the base has already is not counted. If one of them must stay as it is, say so in \
         your last message: only a person can approve it.{}",
        blocked.commands, blocked.notes
    )
}

/// What is said where all that is judged is as it was the last time, whatever else was done.
fn reminded(blocked: &Blocked) -> String {
    format!(
        "{}, and what is judged is as it was when you were told\n{}\n{}",
        head(blocked),
        blocked.lines.join("\n"),
        end(blocked)
    )
}
