//! What is remembered between two events of one agent: what it found, what it was told, how often it was sent back.
//!
//! It lies in the common git folder, where it serves every worktree and no commit sees it: `gatefold/sessions/`, one file
//! an agent, and one of what the references led to when it began, named by a digest of the session and one of the agent, since both names are the client's to choose.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use findings::digest;
use serde::{Deserialize, Serialize};
use source::{Change, Tips};

use super::event::{Event, Speaker};
use super::patience::Patience;
use super::touched::{self, Found, Stamps};
use crate::gated;

/// How long a session is remembered that never said that it ended.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The largest file that is kept, in bytes: it tells of every file that differs from the base.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The most uses of tools that are remembered: an event about them follows at once or never.
const USES: usize = 256;

/// One agent's memory.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// What differed from the base when it began, by the repository's folder.
    pub(crate) began: BTreeMap<String, Stamps>,
    /// A commit that has what stood there then, by the same.
    pub(crate) began_on: BTreeMap<String, String>,
    /// What stood in those files, as digests by their whole path: git dates a file anew that it puts back.
    pub(crate) contents: BTreeMap<String, String>,
    /// The same as `began` at the last event.
    pub(crate) seen: BTreeMap<String, Stamps>,
    /// The paths of the policies that were there when it began: later ones may be its own.
    pub(crate) policies: BTreeSet<String>,
    /// What differed from git's index then.
    unstaged: BTreeMap<String, BTreeSet<String>>,
    /// The state of the tree at the last event.
    pub(crate) state: Option<String>,
    /// The commit on which HEAD stood then.
    pub(crate) commit: Option<String>,
    /// Files that its tools said to write.
    pub(crate) own: BTreeSet<String>,
    /// Uses of tools that it was answered about.
    uses: Vec<String>,
    /// Files with rules that it was told of in full.
    pub(crate) told: BTreeSet<String>,
    /// Failures that were told.
    said: BTreeSet<String>,
    /// What kept everybody from looking when it began, by digest.
    unseen: BTreeSet<String>,
    /// The same at the last event.
    unseen_now: Option<String>,
    /// The state of the tree that passed last, or in which it began.
    pub(crate) passed: Option<String>,
    /// What it was last sent back for.
    pub(crate) blocked: Option<Blocked>,
    pub(crate) patience: Patience,
    /// The top of the checkout, where every policy in it only observed when the session began.
    pub(crate) observes: Option<String>,
    /// The client's settings when the session began, by file.
    pub(crate) settings: BTreeMap<String, String>,
    /// Where it was found: the repository is not opened once more to keep it.
    #[serde(skip)]
    file: Option<PathBuf>,
}

/// A state of the tree that does not pass.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Blocked {
    pub(crate) state: String,
    /// A digest of the set of findings.
    pub(crate) set: String,
    /// What verifies them, as it is told.
    #[serde(default)]
    pub(crate) commands: String,
    /// What is to be known beside, each behind a space.
    #[serde(default)]
    pub(crate) notes: String,
    /// `2 errors`.
    pub(crate) counted: String,
    /// A line a finding.
    pub(crate) lines: Vec<String>,
    /// How many findings of each rule.
    pub(crate) rules: BTreeMap<String, u32>,
}

impl Memory {
    /// What is remembered; nothing, where nothing can be read. An agent inside a session begins with the tree as the
    /// session last saw it: what was changed before is not the agent's.
    pub(crate) fn recall(event: &Event) -> Memory {
        let file_of = |speaker| file(&event.folder, speaker, MEMORY);
        let own = file_of(&event.speaker);
        if let Some(memory) = own.as_deref().and_then(read) {
            return Memory { file: own, ..memory };
        }
        let session = event.speaker.of_session();
        let outer = event.speaker.agent.as_ref().and_then(|_| read(&file_of(&session)?));
        outer.map_or_else(Memory::default, |outer| Memory {
            began: outer.seen.clone(),
            contents: outer.contents,
            policies: outer.policies,
            seen: outer.seen,
            unstaged: outer.unstaged,
            passed: outer.state.clone(),
            state: outer.state,
            commit: outer.commit,
            settings: outer.settings,
            said: outer.said,
            observes: outer.observes,
            unseen: outer.unseen.into_iter().chain(outer.unseen_now).collect(),
            ..Memory::default()
        })
    }

    /// Keeps it, replacing the file as a whole. Gives back whether that worked: who cannot count must not block.
    pub(crate) fn keep(&self, event: &Event) -> bool {
        let text = serde_json::to_string(self);
        let file = self.file.clone().or_else(|| file(&event.folder, &event.speaker, MEMORY));
        text.is_ok_and(|text| replace(file, &text))
    }

    /// Whether it was seen to begin, or to do something.
    pub(crate) fn has_begun(&self) -> bool {
        self.state.is_some() || !self.unseen.is_empty()
    }

    /// Whether something does not pass, or was not judged to its end.
    pub(crate) fn has_open(&self) -> bool {
        self.blocked.is_some() || self.state != self.passed
    }

    /// Whether a use of a tool was not answered about yet; from now on it was.
    pub(crate) fn is_news(&mut self, id: Option<&str>) -> bool {
        let Some(id) = id else { return true };
        if self.uses.iter().any(|used| used == id) {
            return false;
        }
        self.uses.push(id.chars().take(100).collect());
        let old = self.uses.len().saturating_sub(USES);
        self.uses.drain(..old);
        true
    }

    /// The folder of the repository around a root, and what differed in it from git's index at the last event. None where
    /// it was never looked at.
    pub(crate) fn unstaged(&self, root: &Path) -> Option<(String, BTreeSet<String>)> {
        let around = self.unstaged.iter().filter(|(folder, _)| root.starts_with(folder));
        let (folder, paths) = around.max_by_key(|(folder, _)| folder.len())?;
        Some((folder.clone(), paths.clone()))
    }

    /// Remembers what an event found.
    pub(crate) fn saw(&mut self, found: &Found, change: &Change) {
        self.seen.insert(found.folder.clone(), found.stamps.clone());
        self.unstaged.insert(found.folder.clone(), change.unstaged.clone());
        (self.state, self.commit) = (Some(found.state.clone()), found.commit.clone());
    }

    /// Whether a file holds what it held when the agent began.
    pub(crate) fn is_as_it_was(&self, file: &Path) -> bool {
        let before = self.contents.get(file.to_string_lossy().as_ref());
        before.is_some() && before == touched::content(file).as_ref()
    }

    /// Remembers what kept everybody from looking.
    pub(crate) fn cannot_look(&mut self, failed: &str) {
        self.unseen_now = Some(digest(failed.as_bytes()));
    }

    /// Nothing does.
    pub(crate) fn looked(&mut self) {
        self.unseen_now = None;
    }

    /// The same of when the agent begins: it is not its own to mend.
    pub(crate) fn cannot_look_yet(&mut self, failed: &str) {
        self.unseen.insert(digest(failed.as_bytes()));
    }

    /// Whether that kept everybody from looking when the agent began.
    pub(crate) fn could_not_look_before(&self, failed: &str) -> bool {
        self.unseen.contains(&digest(failed.as_bytes()))
    }

    /// The text, unless it was said in this session.
    pub(crate) fn once(&mut self, text: String) -> Option<String> {
        self.said.insert(digest(text.as_bytes())).then_some(text)
    }
}

/// The folder that an event came from; where that is gone, the one around it, in a checkout in which its session began: who
/// takes away the folder that it stands in ends no session.
pub(crate) fn standing(event: Event) -> Event {
    if event.folder.is_dir() {
        return event;
    }
    let Some(around) = event.folder.ancestors().find(|above| above.is_dir()) else { return event };
    let Some(top) = around.canonicalize().ok().and_then(|around| Some(gated::top(&around)?.to_owned()))
    else {
        return event;
    };
    let known = file(&top, &event.speaker.of_session(), MEMORY).as_deref().and_then(read);
    match known.is_some_and(|memory| memory.began.keys().any(|began| Path::new(began) == top)) {
        true => Event { folder: top, ..event },
        false => event,
    }
}

/// Where the session of an event began, if the event came from a repository that was made inside later: the top of the
/// checkout around. A worktree of the repository is none, and neither is what was there when the session began.
pub(crate) fn began_around(event: &Event) -> Option<PathBuf> {
    let here = event.folder.canonicalize().ok()?;
    let inner = gated::top(&here)?;
    let began = |top: &Path| file(top, &event.speaker.of_session(), TIPS)?.metadata().ok()?.modified().ok();
    let outer = inner.ancestors().skip(1).filter(|above| above.join(".git").symlink_metadata().is_ok());
    let (outer, began) = outer.filter_map(|top| Some((top, began(top)?))).last()?;
    let made = inner.join(".git").symlink_metadata().ok()?.created().ok()?;
    let is_another = source::common_git_folder(inner) != source::common_git_folder(outer);
    (is_another && made > began).then(|| outer.to_owned())
}

/// Whether the session of an event, or its agent, was seen to begin in this repository.
pub(crate) fn saw_begin(event: &Event) -> bool {
    let has_tips = |speaker: &Speaker| file(&event.folder, speaker, TIPS).is_some_and(|file| file.is_file());
    has_tips(&event.speaker.of_session()) || has_tips(&event.speaker)
}

/// Remembers what the references of the repository lead to when an agent begins. The default branch of one inside a session
/// is its session's: meanwhile it may have been moved.
pub(crate) fn keep_tips(event: &Event) {
    let Ok(tips) = Tips::now(&event.folder) else { return };
    let tips = match event.speaker.agent {
        Some(_) => tips.with_base_of(self::tips(event)),
        None => tips,
    };
    replace(file(&event.folder, &event.speaker, TIPS), &tips.to_text());
}

/// What they led to; for an agent that was not seen to begin, when its session did; else nothing.
pub(crate) fn tips(event: &Event) -> Tips {
    let session = event.speaker.of_session();
    let read = |speaker| text(&file(&event.folder, speaker, TIPS)?);
    read(&event.speaker).or_else(|| read(&session)).map_or_else(Tips::default, |text| Tips::parse(&text))
}

/// Forgets a session and the agents in it.
pub(crate) fn forget(folder: &Path, session: &str) {
    let name = name_of(session);
    each(folder, |file, _| file.starts_with(&name));
}

/// Forgets sessions that ended without a word.
pub(crate) fn forget_old(folder: &Path) {
    let now = SystemTime::now();
    let is_old = |modified: SystemTime| now.duration_since(modified).is_ok_and(|age| age > KEPT);
    each(folder, |_, modified| modified.is_some_and(is_old));
}

/// Removes the memories that are to go.
fn each(folder: &Path, goes: impl Fn(&str, Option<SystemTime>) -> bool) {
    let entries = sessions(folder).and_then(|folder| std::fs::read_dir(folder).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        if entry.file_name().to_str().is_some_and(|name| goes(name, modified)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn read(file: &Path) -> Option<Memory> {
    serde_json::from_str(&text(file)?).ok()
}

/// The text of a file; none of a pipe, which nobody may wait for, or of what is larger than anything that is kept.
fn text(file: &Path) -> Option<String> {
    let is_read = file.metadata().is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
    is_read.then(|| std::fs::read_to_string(file).ok()).flatten()
}

/// Writes a file as a whole, or leaves it as it is. Gives back whether it was written.
fn replace(file: Option<PathBuf>, text: &str) -> bool {
    let Some(file) = file.filter(|_| text.len() as u64 <= LARGEST) else { return false };
    let fresh = file.with_extension(format!("{}.new", std::process::id()));
    let made = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
    // Whatever lies there by now is not opened.
    let _ = std::fs::remove_file(&fresh);
    let create = || std::fs::File::create_new(&fresh)?.write_all(text.as_bytes());
    made && create().is_ok() && std::fs::rename(&fresh, &file).is_ok()
}

/// What is remembered of an agent, by the ends of the files' names.
const MEMORY: &str = "json";
const TIPS: &str = "tips";

fn file(folder: &Path, speaker: &Speaker, what: &str) -> Option<PathBuf> {
    let agent = speaker.agent.as_deref().map(name_of).unwrap_or_default();
    Some(sessions(folder)?.join(format!("{}-{agent}.{what}", name_of(&speaker.session))))
}

fn sessions(folder: &Path) -> Option<PathBuf> {
    Some(source::common_git_folder(folder)?.join("gatefold/sessions"))
}

fn name_of(text: &str) -> String {
    digest(format!("n{text}").as_bytes()).chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_anything_that_is_kept_is_not_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let check = |bytes: u64, is_read: bool| {
            let file = folder.path().join(bytes.to_string());
            let made = std::fs::File::create(&file).and_then(|file| file.set_len(bytes));
            made.expect("a file with nothing on the disk");
            assert_eq!(text(&file).is_some(), is_read, "{bytes}");
        };
        check(1, true);
        check(LARGEST + 1, false);
    }
}
