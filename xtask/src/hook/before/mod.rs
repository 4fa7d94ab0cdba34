//! Before a tool is used: writes that would weaken what judges the change are denied, with what to do instead.
//!
//! This is a fence and no wall: a shell command can write in ways that nobody can foresee. What gets through is found
//! by `integrity`, in the gate.

mod bypass;
mod policy_edit;
mod protected;
mod shell;
mod written;

use std::path::Path;

use policy::POLICY_FILE;

use super::answer::{Answer, Verdict};
use super::event::{Call, Edit, Event};
use super::look::place;

/// Answers with a denial or with silence.
pub(crate) fn answer(event: &Event, call: &Call) -> Answer {
    let write =
        || call.writes.iter().find_map(|write| why_not_write(&event.folder.join(&write.file), &write.edit));
    let run = || call.command.as_deref().and_then(|command| why_not_run(&event.folder, command));
    write().or_else(run).map_or_else(Answer::nothing, |reason| Verdict::Deny(reason).into())
}

/// Why a file must not be written by an agent, if so.
fn why_not_write(file: &Path, edit: &Edit) -> Option<String> {
    let (root, path) = place(file)?;
    if path == POLICY_FILE {
        return policy_edit::why_not(&root, edit);
    }
    protected::why_not(&root, &path)
}

/// Why a shell command must not be run, if so.
fn why_not_run(folder: &Path, command: &str) -> Option<String> {
    let mut folder = folder.to_owned();
    for command in shell::commands_within(command) {
        if let Some(reason) = bypass::why_not(&command) {
            return Some(reason.to_owned());
        }
        let denied = written::by(&command).iter().find_map(|word| why_not_overwrite(&folder.join(word)));
        if denied.is_some() {
            return denied;
        }
        if let Some(("cd", [to, ..])) = command.program() {
            folder = folder.join(to);
        }
    }
    None
}

fn why_not_overwrite(file: &Path) -> Option<String> {
    let (root, path) = place(file)?;
    if path == POLICY_FILE {
        return Some(format!(
            "edit `{POLICY_FILE}` with the edit tool, so that it can be read before it is written"
        ));
    }
    protected::why_not(&root, &path)
}
