//! Before a tool is used: writes that would weaken what judges the change are denied, with what to do instead.
//!
//! Where the policy only observes, nothing is denied: the agent is told what would be.
//!
//! This is a fence and no wall: a shell command can write in ways that nobody can foresee. What gets through is found
//! by `integrity`, in the gate.

mod bypass;
mod code;
mod of_user;
mod patches;
mod policy_edit;
mod protected;
mod shell;
mod written;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use policy::POLICY_FILE;
use shell::{Setting, Simple};

use super::answer::{Answer, Verdict};
use super::event::{Call, Edit, Event};
use super::look::place;
use super::memory::Memory;
use super::root;
use super::witness;
use crate::gated;
use crate::surroundings::process_env;

/// Answers with a denial, or where the policy only observes with what would be denied, or with silence.
pub(crate) fn answer(event: &Event, call: &Call) -> Answer {
    let write = || {
        call.writes.iter().find_map(|write| {
            let reason = why_not_write(&event.folder, &write.file, &write.edit)?;
            Some((place(&event.folder.join(&write.file)).map(|(root, _)| root), reason))
        })
    };
    let run = || {
        let reason = call.command.as_deref().and_then(|command| why_not_run(&event.folder, command))?;
        Some((None, reason))
    };
    let Some((root, reason)) = write().or_else(run) else { return Answer::nothing() };
    // What stands in the place of the one with which the session began may go.
    if reason == protected::WITHOUT_GIT && witness::lost(event).is_some() {
        return Answer::nothing();
    }
    if !only_observes(event, root.as_deref()) {
        return Verdict::Deny(reason).into();
    }
    let told = "gatefold only observes here, so this is let through. Once it enforces, it is denied:";
    Verdict::Context(format!("{told} {reason}")).into()
}

/// Whether every policy of the checkout only observed when the session began, and still says so, since what is tightened
/// counts at once. A command may be about any part of it; another checkout, which an agent may have made, frees nothing.
fn only_observes(event: &Event, written: Option<&Path>) -> bool {
    let Some(top) = gated::top(&event.folder) else { return false };
    let began = Memory::recall(event).observes;
    let roots = || root::with_listed(&root::outermost(top, None));
    began.is_some_and(|began| Path::new(&began) == top)
        && written.is_none_or(|root| gated::top(root) == Some(top))
        && roots().iter().all(|root| says_observe(root))
}

/// Whether a policy on the disk has the word at all.
pub(super) fn says_observe(root: &Path) -> bool {
    let text = source::read_regular_text(&root.join(POLICY_FILE)).unwrap_or_default();
    text.contains("observe")
}

/// Why a file must not be written by an agent, if so.
fn why_not_write(session: &Path, file: &Path, edit: &Edit) -> Option<String> {
    let text = match edit {
        Edit::Whole(text) | Edit::Replace { new: text, .. } => text.as_str(),
        Edit::Unknown => "",
    };
    if let Some(reason) = of_user::why_not(&session.join(file), text) {
        return Some(reason);
    }
    let (root, path) = judged_place(session, &session.join(file))?;
    if path.eq_ignore_ascii_case(POLICY_FILE) {
        return policy_edit::why_not(&root, edit);
    }
    if let Some(folder) = may_become_gated(&root, &path) {
        return policy_edit::why_not(&folder, edit);
    }
    protected::why_not(&root, &path)
}

/// The folder that a policy would judge from now on, where none judged it.
fn may_become_gated(root: &Path, path: &str) -> Option<PathBuf> {
    let (folder, name) = path.rsplit_once('/')?;
    let is_first = name.eq_ignore_ascii_case(POLICY_FILE) && !root.join(POLICY_FILE).is_file();
    is_first.then(|| root.join(folder))
}

/// How deep commands are followed that code runs.
const DEPTH: usize = 2;

/// The longest command that is looked through, in bytes. Linux hands a program no argument of more than 128 KiB, so that a
/// longer one would hardly run.
const MAX_COMMAND: usize = 256 * 1024;

/// The most files of one command that are looked at: an agent waits for the answer. A command that writes more is denied.
const MOST_FILES: usize = 2_000;

/// What is said of a command that touches more files than are looked at.
fn too_many_files() -> String {
    format!(
        "a command that writes or takes away more than {MOST_FILES} files by name is not looked through. Do it in several \
         commands, or have a script in a file do it."
    )
}

/// Why a shell command must not be run, if so.
fn why_not_run(session: &Path, command: &str) -> Option<String> {
    if command.len() > MAX_COMMAND {
        return Some(format!(
            "a command of {} KiB is not looked through, and {} KiB are the most. Write what is long to a file with the \
             write tool, and have a short command read it.",
            command.len() >> 10,
            MAX_COMMAND >> 10
        ));
    }
    let home = process_env("HOME").map(PathBuf::from);
    let commands = shell::commands_within(command, &Setting { folder: session.to_owned(), home });
    let mut seen = Seen::default();
    commands.iter().find_map(|command| why_not_simple(session, command, DEPTH, &mut seen))
}

/// What was looked at so far for one command, so that it is looked at once.
#[derive(Default)]
struct Seen {
    written: HashSet<PathBuf>,
    /// With the revision that it is put back from.
    gone: HashSet<(PathBuf, Option<String>)>,
}

fn why_not_simple(session: &Path, command: &Simple, depth: usize, seen: &mut Seen) -> Option<String> {
    if let Some(reason) = bypass::why_not(command) {
        return Some(reason.to_owned());
    }
    let file = |path: &String| command.folder.join(path.trim_end_matches("/*"));
    let code = code::done(command);
    let written = written::by(command).into_iter().chain(patches::written(command)).chain(code.writes);
    // Where a program copies to, a name with `*` stands for what it is given.
    let is_spread = !matches!(command.program(), Some(("cp" | "mv" | "ln" | "install" | "rsync" | "scp", _)));
    let named = |file| if is_spread { spread(file) } else { vec![file] };
    for file in written.flat_map(|path| named(file(&path))) {
        if !seen.written.insert(file.clone()) {
            continue;
        }
        if seen.written.len() > MOST_FILES {
            return Some(too_many_files());
        }
        let judged = || judged_place(session, &file).and_then(|place| why_not_overwrite(place, command));
        if let Some(reason) = of_user::why_not_by(&file, command).or_else(judged) {
            return Some(reason);
        }
    }
    let (gone, from) = written::taken_away(command);
    let gone = gone.iter().flat_map(|path| match path.as_str() {
        "*" => vec![command.folder.to_path_buf()],
        path => spread(command.folder.join(path.trim_end_matches("/*"))),
    });
    for file in gone {
        if !seen.gone.insert((file.clone(), from.map(str::to_owned))) {
            continue;
        }
        if seen.gone.len() > MOST_FILES {
            return Some(too_many_files());
        }
        let judged = judged_root(session, &file).or_else(|| judged_place(session, &file));
        let reason = judged.and_then(|(root, path)| protected::why_not_take_away(&root, &path, from));
        if reason.is_some() {
            return reason;
        }
    }
    if depth == 0 {
        return None;
    }
    code.runs.into_iter().find_map(|words| {
        let setting = Setting { folder: command.folder.to_path_buf(), home: None };
        let within = match words.as_slice() {
            [text] => shell::commands_within(text, &setting),
            _ => vec![Simple { words, folder: command.folder.clone(), ..Simple::default() }],
        };
        within.iter().find_map(|command| why_not_simple(session, command, depth - 1, seen))
    })
}

/// The files that a name with `*`, `?`, `[..]` or `{..}` stands for, in its folder; the name itself where it has none, or where
/// there is no such file.
fn spread(file: PathBuf) -> Vec<PathBuf> {
    let files = || {
        let (folder, name) = (file.parent()?, file.file_name()?.to_str()?);
        let all =
            name.contains(['*', '?', '[', '{']).then(|| globset::Glob::new(name).ok())??.compile_matcher();
        let entries = std::fs::read_dir(folder).ok()?.flatten().take(MOST_FILES);
        let found = entries.filter(|entry| all.is_match(entry.file_name()));
        Some(found.map(|entry| entry.path()).collect::<Vec<_>>())
    };
    files().filter(|files| !files.is_empty()).unwrap_or_else(|| vec![file])
}

/// A folder that is itself what is judged.
fn judged_root(session: &Path, folder: &Path) -> Option<(PathBuf, String)> {
    let folder = folder.canonicalize().ok().filter(|folder| folder.is_dir())?;
    let (root, path) = judged_place(session, &folder.join(POLICY_FILE))?;
    (root == folder && path == POLICY_FILE).then_some((root, String::new()))
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

fn why_not_overwrite((root, path): (PathBuf, String), command: &Simple) -> Option<String> {
    // To restore its permissions takes nothing away.
    if path == ".git" && !matches!(command.program(), Some(("chmod" | "touch", _))) {
        return protected::why_not_take_away(&root, &path, None);
    }
    if path.eq_ignore_ascii_case(POLICY_FILE) {
        if written::removes(command) {
            return Some(protected::without_policy());
        }
        return Some(format!(
            "edit `{POLICY_FILE}` with the edit tool, so that it can be read before it is written"
        ));
    }
    protected::why_not(&root, &path)
}
