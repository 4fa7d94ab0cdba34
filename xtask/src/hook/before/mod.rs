//! Before a tool is used: writes that would weaken what judges the change are denied, with what to do instead.
//!
//! This is a fence and no wall: a shell command can write in ways that nobody can foresee. What gets through is found
//! by `integrity`, in the gate.

mod bypass;
mod policy_edit;
mod protected;
mod shell;
mod written;

use std::path::{Path, PathBuf};

use policy::POLICY_FILE;

use super::answer::{Answer, Verdict};
use super::event::{Call, Edit, Event};
use super::look::place;

/// Answers with a denial or with silence.
pub(crate) fn answer(event: &Event, call: &Call) -> Answer {
    let write =
        || call.writes.iter().find_map(|write| why_not_write(&event.folder, &write.file, &write.edit));
    let run = || call.command.as_deref().and_then(|command| why_not_run(&event.folder, command));
    write().or_else(run).map_or_else(Answer::nothing, |reason| Verdict::Deny(reason).into())
}

/// Why a file must not be written by an agent, if so.
fn why_not_write(session: &Path, file: &Path, edit: &Edit) -> Option<String> {
    let (root, path) = judged_place(session, &session.join(file))?;
    if path == POLICY_FILE {
        return policy_edit::why_not(&root, edit);
    }
    protected::why_not(&root, &path)
}

/// Why a shell command must not be run, if so.
fn why_not_run(session: &Path, command: &str) -> Option<String> {
    let mut folder = session.to_owned();
    for command in shell::commands_within(command) {
        if let Some(reason) = bypass::why_not(&command) {
            return Some(reason.to_owned());
        }
        let file = |word: &String| judged_place(session, &folder.join(word.trim_end_matches("/*")));
        let overwrites = || written::by(&command).iter().filter_map(file).find_map(why_not_overwrite);
        let takes_away = || {
            let gone = written::taken_away(&command);
            gone.iter().filter_map(file).find_map(|(root, path)| protected::why_not_take_away(&root, &path))
        };
        let denied = overwrites().or_else(takes_away);
        if denied.is_some() {
            return denied;
        }
        if let Some(("cd" | "pushd", [to, ..])) = command.program() {
            folder = folder.join(to);
        }
    }
    None
}

/// Where a file lies, if it is this session's to judge: in its repository, or in another one that has a policy.
fn judged_place(session: &Path, file: &Path) -> Option<(PathBuf, String)> {
    let (root, path) = place(file)?;
    let is_own = || {
        let own = source::common_git_folder(session);
        own.is_some() && source::common_git_folder(&root) == own
    };
    (root.join(POLICY_FILE).is_file() || is_own()).then_some((root, path))
}

fn why_not_overwrite((root, path): (PathBuf, String)) -> Option<String> {
    if path == POLICY_FILE {
        return Some(format!(
            "edit `{POLICY_FILE}` with the edit tool, so that it can be read before it is written"
        ));
    }
    protected::why_not(&root, &path)
}
