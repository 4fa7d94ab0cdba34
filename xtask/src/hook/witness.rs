//! Which git folder a session began with, remembered outside of it: who takes the folder away takes away what is remembered
//! in it, and all that the change is judged by.
//!
//! It lies in the user's cache, one file a session: a line for each checkout in which it began.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use findings::digest;
use policy::POLICY_FILE;

use super::event::Event;
use super::root;
use crate::gated;
use crate::shell::word;
use crate::surroundings::{cache_folder, process_env};

/// How long a session is remembered that never said that it ended.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The most folders beside that are asked whether they are the git folder.
const MOST_BESIDE: usize = 500;

/// Remembers the git folder around an event, unless the session began there before.
pub(super) fn keep(event: &Event) {
    let Some(file) = file(&event.speaker.session) else { return };
    let Some(here) = event.folder.canonicalize().ok().filter(|here| judged(here)) else {
        return;
    };
    let Some((top, git)) = gated::top(&here).and_then(|top| Some((top, of(top)?))) else { return };
    let mut known = source::read_regular_text(&file).map(|text| text.to_string()).unwrap_or_default();
    if began(&known).any(|(other, _)| other == top) {
        return;
    }
    known.push_str(&format!("{git} {}\n", top.display()));
    let made = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
    if made {
        let _ = std::fs::write(file, known);
    }
}

/// What to say to an agent, and once it is let go, where the git folder with which its session began is not there any more. A
/// clone in its place brings the history with it.
pub(super) fn lost(event: &Event) -> Option<(String, String)> {
    let known = source::read_regular_text(&file(&event.speaker.session)?).ok()?;
    let here = event.folder.canonicalize().ok()?;
    let (top, git) = began(&known)
        .filter(|(top, _)| here.starts_with(top))
        .max_by_key(|(top, _)| top.as_os_str().len())?;
    let is_there = top.join(".git").symlink_metadata().is_ok();
    let what = match is_there {
        true if of(&top)? == git || has_history_of_others(&source::common_git_folder(&top)?) => return None,
        true => "is another than the one with which this session began",
        false => "is gone, with which this session began",
    };
    let place = top.display();
    let lost = format!(
        "gatefold: the git folder in `{place}` {what}, so that nothing was judged: tests, snapshots or rules of the policy that are \
         gone are not missed here"
    );
    let back = |there: &Path| format!("mv {} {}", word(there.display()), word(top.join(".git").display()));
    let instead = match moved_to(&top, git) {
        Some(there) if is_there => {
            format!(
                "Put the old one back: `rm -rf {} && {}`.",
                word(top.join(".git").display()),
                back(&there)
            )
        }
        Some(there) => format!("Put it back: `{}`.", back(&there)),
        None => "Put the old one back from where it was taken.".to_owned(),
    };
    Some((
        format!("{lost}, and CI will fail for them. {instead} If you cannot, say so in your last message."),
        format!("{lost}, and the agent is let go; CI will fail for them"),
    ))
}

/// Forgets a session, and those that ended without a word.
pub(super) fn forget(session: &str) {
    let Some(own) = file(session) else { return };
    let _ = std::fs::remove_file(&own);
    let entries = own.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        let age = modified.and_then(|modified| SystemTime::now().duration_since(modified).ok());
        if age.is_some_and(|age| age > KEPT) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether a folder lies in what a policy judges.
pub(super) fn judged(here: &Path) -> bool {
    root::outermost(here, None).iter().any(|root| root.join(POLICY_FILE).is_file())
}

/// Whether the repository knows what others have of it.
pub(super) fn has_history_of_others(git: &Path) -> bool {
    let packed = source::read_regular_text(&git.join("packed-refs")).unwrap_or_default();
    let loose = std::fs::read_dir(git.join("refs/remotes"));
    packed.contains(" refs/remotes/") || loose.is_ok_and(|mut entries| entries.next().is_some())
}

fn file(session: &str) -> Option<PathBuf> {
    let name: String = digest(format!("n{session}").as_bytes()).chars().take(16).collect();
    Some(cache_folder(&process_env, None)?.join("sessions").join(name))
}

/// The checkouts in which a session began, each with its git folder.
fn began(known: &str) -> impl Iterator<Item = (PathBuf, &str)> {
    known.lines().filter_map(|line| line.split_once(' ')).map(|(git, top)| (PathBuf::from(top), git))
}

/// The folder above the checkout, within it or beside it that the git folder is now.
fn moved_to(top: &Path, git: &str) -> Option<PathBuf> {
    let within = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_BESIDE);
    let beside = within(top).chain(top.parent().into_iter().flat_map(within)).map(|entry| entry.path());
    let above = top.ancestors().skip(1).map(|folder| folder.join(".git"));
    above.chain(beside).find(|folder| folder.is_dir() && identity(folder).is_some_and(|other| other == git))
}

/// What tells the git folder of a checkout from another. That of a linked worktree lies elsewhere, and stays there.
fn of(top: &Path) -> Option<String> {
    let git = identity(&source::common_git_folder(top)?)?;
    Some(if top.join(".git").is_dir() { git } else { format!("linked-{git}") })
}

/// What a folder keeps where it is moved, and another in its place does not have.
fn identity(folder: &Path) -> Option<String> {
    let metadata = folder.metadata().ok()?;
    let made = metadata.created().ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(format!("{}-{}", made.as_nanos(), number(&metadata)))
}

#[cfg(unix)]
fn number(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn number(_: &std::fs::Metadata) -> u64 {
    0
}
