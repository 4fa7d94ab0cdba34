//! A repository that was made while the session was under way, in which nobody saw it begin: what stood there before, nobody
//! can know. Whoever puts a new git folder in the place of the old one takes away all that the change is judged by.

use std::path::Path;
use std::time::SystemTime;

use super::event::{Event, Step};
use super::{look, memory, witness};
use crate::gated;

/// What is to be known of it, if the repository that an event came from is such a one and has a policy. A clone brings the
/// history with it, by which the change is judged.
pub(super) fn told(event: &Event) -> Option<String> {
    let here = event.folder.canonicalize().ok()?;
    let ends = matches!(event.step, Step::Stop { .. });
    // Then the agent hears of it at the end.
    if ends && witness::lost(event).is_some() {
        return None;
    }
    let Some(top) = gated::top(&here) else { return without_git(&here).filter(|_| ends) };
    let git = source::common_git_folder(top)?;
    let transcript = event.transcript.as_ref().filter(|file| file.as_os_str().len() <= look::MAX_PATH)?;
    let is_later = created(transcript)? < created(&git)?;
    let is_known = || memory::saw_begin(event) || memory::began_around(event).is_some();
    if !is_later || is_known() || witness::has_history_of_others(&git) {
        return None;
    }
    witness::judged(&here).then(|| {
        format!(
            "gatefold: the git folder in `{}` was made after this session began, so that nobody knows what stood there before: \
             tests, snapshots or rules of the policy that are gone are not missed. If there was another git folder, put it \
             back; else judge the change where its history is, in CI.",
            top.display()
        )
    })
}

/// The same where no git folder is left, and git was used. Nobody can remember that it was said, so it is said at each end.
fn without_git(here: &Path) -> Option<String> {
    let root = source::find_root(here).ok()?;
    let left = [".gitignore", ".gitattributes", ".github"];
    let left = left.into_iter().find(|left| root.join(left).symlink_metadata().is_ok())?;
    witness::judged(here).then(|| {
        format!(
            "gatefold: no git folder is around `{}`, though there is `{left}`: there is nothing to compare with, so that what \
             is gone is not missed. If it was taken away, put it back.",
            root.display()
        )
    })
}

fn created(file: &Path) -> Option<SystemTime> {
    file.symlink_metadata().ok()?.created().ok()
}
