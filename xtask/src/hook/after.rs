//! After tools were used: what the static guards find in the files that were written, as the tools say and as git sees
//! it, since a shell command names nothing and may fail after it wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use findings::{Finding, Level, Status};
use policy::{POLICY_FILE, approvals};
use source::{Ahead, ChangeKind, Code};

use super::answer::{Answer, Verdict};
use super::began::Began;
use super::event::{Call, Event};
use super::look::{self, place};
use super::memory::Memory;
use super::others::Own;
use super::touched::{Found, Stamps};
use super::{root, stop, unseen, words};
use crate::gate::{Judgement, judge_scene};
use crate::scene::Scene;
use crate::{gated, guards};

/// Judges what was written and tells the agent what is new in it.
///
/// A client may tell of a use by itself and once more with its whole batch: the second time nothing is left to say.
pub(crate) fn answer(event: &Event, calls: &[Call]) -> Answer {
    let placed: Vec<(&Call, Vec<Placed>)> = calls.iter().map(|call| (call, placed(event, call))).collect();
    let mut ahead = parsed_ahead(placed.iter().flat_map(|(_, placed)| placed));
    let mut memory = Memory::recall(event);
    let news: Vec<_> = placed.into_iter().filter(|(call, _)| memory.is_news(call.id.as_deref())).collect();
    let searches = news.iter().any(|(call, _)| call.writes_more);
    let mut by_root = written(news.into_iter().flat_map(|(_, placed)| placed), &memory);
    if searches {
        for root in root::with_listed(&root::outermost(&event.folder, Some(&memory.policies))) {
            by_root.entry(root).or_default();
        }
    }
    if by_root.is_empty() {
        return Answer::nothing();
    }
    let roots: Vec<PathBuf> = by_root.keys().cloned().collect();
    let last = Last::of(&memory);
    let mut texts = Vec::new();
    let mut tell = None;
    memory.looked();
    for (at, (root, named)) in by_root.into_iter().enumerate() {
        // What the first one found in the repository is known by now.
        if at > 0 && named.is_empty() && !last.differs_below(&root, &memory) {
            continue;
        }
        let mine = |path: &str| is_of(&root, path, &roots);
        let ahead = ahead.remove(&root).unwrap_or_else(|| begun(&root, &named));
        match told(event, &root, (named, ahead), searches, (&last, &mine), &mut memory) {
            Ok(text) => texts.extend(text),
            Err(message) => {
                memory.cannot_look(&message);
                match unseen::after_tools(&mut memory, &message) {
                    Answer { verdict: Verdict::Context(text), .. } => texts.push(text),
                    Answer { tell: told, .. } => tell = tell.or(told),
                }
            }
        }
    }
    memory.keep(event);
    let verdict = if texts.is_empty() { Verdict::Nothing } else { Verdict::Context(texts.join("\n")) };
    Answer { verdict, tell }
}

/// The gated root around a file, and its path from there.
type Placed = (PathBuf, String);

/// What a tool says that it wrote.
fn placed(event: &Event, call: &Call) -> Vec<Placed> {
    call.writes.iter().filter_map(|write| place(&event.folder.join(&write.file))).collect()
}

/// Where it is plain whose files these are, they are parsed before the memory is read that tells whether they are news: that
/// takes 0.9 ms.
fn parsed_ahead<'a>(placed: impl Iterator<Item = &'a Placed>) -> BTreeMap<PathBuf, Ahead> {
    let mut by_root: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for (root, path) in placed {
        by_root.entry(root.clone()).or_default().insert(path.clone());
    }
    by_root.retain(|root, _| root.join(POLICY_FILE).is_file());
    by_root.into_iter().map(|(root, paths)| (root.clone(), begun(&root, &paths))).collect()
}

/// Beside all that comes before somebody asks.
fn begun(root: &Path, paths: &BTreeSet<String>) -> Ahead {
    let early = [Code::early(), integrity::early()];
    Ahead::begin(root, paths.iter().map(String::as_str), &early)
}

/// What was written, by the root that judges it.
fn written(placed: impl Iterator<Item = Placed>, memory: &Memory) -> BTreeMap<PathBuf, BTreeSet<String>> {
    let mut by_root: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    let mut gated_around: BTreeMap<PathBuf, Option<Vec<PathBuf>>> = BTreeMap::new();
    for (root, path) in placed {
        let folders = gated_around.entry(root.clone()).or_insert_with_key(|root| {
            match root.join(POLICY_FILE).is_file() {
                true => None,
                false => gated::folders(root, Some(&memory.policies)),
            }
        });
        if let Some((root, path)) = root::judging(root, path, folders.as_deref()) {
            by_root.entry(root).or_default().insert(path);
        }
    }
    by_root
}

/// The repository as the last event left it, while this one looks at one root after the other.
struct Last {
    seen: BTreeMap<String, Stamps>,
    commit: Option<String>,
}

impl Last {
    fn of(memory: &Memory) -> Last {
        Last { seen: memory.seen.clone(), commit: memory.commit.clone() }
    }

    /// Whether something below a folder is other than it was, as far as this event has looked.
    fn differs_below(&self, folder: &Path, memory: &Memory) -> bool {
        memory.seen.iter().any(|(repository, now)| {
            let before = self.seen.get(repository);
            let differs = |path: &String, stamp| before.is_none_or(|before| before.get(path) != Some(stamp));
            now.iter().any(|(path, stamp)| {
                differs(path, stamp) && Path::new(repository).join(path).starts_with(folder)
            })
        })
    }
}

/// Whether a file, as findings of a root name it, is that root's to judge: what lies in another is the innermost one's, and
/// what lies in none the first one's.
fn is_of(root: &Path, path: &str, roots: &[PathBuf]) -> bool {
    let up = path.matches("../").count();
    let file = root.ancestors().nth(up).unwrap_or(root).join(path.trim_start_matches("../"));
    let around = roots.iter().filter(|root| file.starts_with(root));
    let whose = around.max_by_key(|root| root.components().count()).or(roots.first());
    whose.is_some_and(|whose| whose == root)
}

/// The change below a root. Where tools wrote what they name, only that, what judges it, and what differed at the last event
/// is looked at, unless HEAD stands elsewhere by now: most often nothing else differs.
fn opened(
    root: &Path,
    named: &BTreeSet<String>,
    searches: bool,
    memory: &Memory,
) -> Result<(Scene, Found), String> {
    if let Some((folder, mut known)) = memory.unstaged(root).filter(|_| !searches) {
        let prefix = root.strip_prefix(&folder).unwrap_or(root);
        let judges = [POLICY_FILE, approvals::FOLDER];
        let paths = named.iter().map(String::as_str).chain(judges);
        known.extend(paths.map(|path| prefix.join(path).to_string_lossy().into_owned()));
        let scene = look::open_among(root, Some(&known))?;
        let found = Found::of(root, &scene.change);
        if found.folder == folder && found.commit == memory.commit {
            return Ok((scene, found));
        }
    }
    let scene = look::open(root)?;
    let found = Found::of(root, &scene.change);
    Ok((scene, found))
}

/// What the guards say of these files. Before anything is told that rests on other files, the whole tree is looked through:
/// what somebody else wrote meanwhile may be what a finding misses. Lints rest on the file, and on code as the disk has it,
/// but what is in a new file may have come from another.
fn judged(root: &Path, mut scene: Scene, touched: &BTreeSet<String>) -> Result<Judgement, String> {
    let files: Vec<String> = touched.iter().cloned().collect();
    scene.ask.files = Some(files.clone());
    let judgement = judge_scene(scene).map_err(|failure| failure.message)?;
    let change = &judgement.scene.change;
    let is_edited = |path: &str| change.file(path).is_some_and(|file| file.kind == ChangeKind::Modified);
    let rests_on_its_file =
        |finding: &&Finding| finding.rule.guard == "lints" && finding.file().is_some_and(is_edited);
    if to_tell(&judgement, touched).iter().all(rests_on_its_file) {
        return Ok(judgement);
    }
    if source::unstaged(root).is_ok_and(|now| now == judgement.scene.change.unstaged) {
        return Ok(judgement);
    }
    let mut whole = look::open(root)?;
    whole.ask.files = Some(files);
    judge_scene(whole).map_err(|failure| failure.message)
}

/// What is new in these files, and more than a note.
fn to_tell<'a>(judgement: &'a Judgement, touched: &BTreeSet<String>) -> Vec<&'a Finding> {
    let concerns = |finding: &&Finding| finding.file().is_none_or(|file| touched.contains(file));
    let new = judgement.report.findings.iter().filter(|judged| judged.status == Status::New);
    new.map(|judged| &judged.finding).filter(|finding| finding.level > Level::Note).filter(concerns).collect()
}

/// What is to be told of one root, if anything.
fn told(
    event: &Event,
    root: &Path,
    (named, ahead): (BTreeSet<String>, Ahead),
    searches: bool,
    (last, mine): (&Last, &dyn Fn(&str) -> bool),
    memory: &mut Memory,
) -> Result<Option<String>, String> {
    let (mut scene, found) = opened(root, &named, searches, memory)?;
    scene.change.head = scene.change.head.with_ahead(ahead);
    memory.own.extend(named.iter().map(|path| root.join(path).to_string_lossy().into_owned()));
    let mut touched = named;
    match last.seen.get(&found.folder) {
        Some(before) => touched.extend(found.since(before)),
        // Nothing was seen yet, so that anything may be the command's.
        None if searches => touched.extend(found.since(&BTreeMap::new())),
        None => {}
    }
    touched.retain(|path| mine(path) && !memory.is_as_it_was(&root.join(path)));
    if last.commit != found.commit && !touched.is_empty() {
        let own = Own::of(event, &found, &scene);
        touched.retain(|path| own.has(&found, path));
    }
    memory.saw(&found, &scene.change);
    if touched.is_empty() {
        return Ok(None);
    }
    let judgement = judged(root, scene, &touched)?;
    let above = stop::above_all(std::iter::once(root), &found, &event.folder);
    let open =
        Began::of(event, &judgement, &found, memory).but_for_what_was_there(to_tell(&judgement, &touched));
    let open = stop::told_once(&above, std::iter::once((&judgement, open)));
    let open: Vec<&Finding> = open.iter().map(|(_, finding)| finding).collect();
    if open.is_empty() {
        // The process ends with the answer; giving back the memory piece by piece would only delay it.
        std::mem::forget(judgement);
        return Ok(None);
    }
    let head = format!("gatefold: {} that this change brings", words::counted(&open));
    let command = look::command(root, &event.folder);
    let guards: BTreeSet<&str> = open.iter().map(|finding| finding.rule.guard).collect();
    // The rules of the policy belong to no guard that could be asked alone.
    let only = match guards.contains("policy") {
        true => String::new(),
        false => format!(" --only {}", guards.into_iter().collect::<Vec<_>>().join(",")),
    };
    let later = match guards::judged_later(&judgement.scene).as_slice() {
        [] => String::new(),
        [names @ .., last] if !names.is_empty() => {
            format!("not judged yet: {} and {last}; that is done when you end\n", names.join(", "))
        }
        names => format!("not judged yet: {}; that is done when you end\n", names.concat()),
    };
    let end = format!("{later}verify: `{command}{only}`");
    let open: Vec<(&Finding, &str)> = open.into_iter().map(|finding| (finding, command.as_str())).collect();
    let text = words::message(&head, &open, &end, &mut memory.told);
    std::mem::forget(judgement);
    Ok(Some(text))
}
