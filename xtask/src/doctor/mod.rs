//! The doctor: looks at what Gatefold stands on here, and says what mends what is wrong.
//!
//! It executes nothing of the judged tree: programs are taken from outside it, and the launcher is run only where it is,
//! byte for byte, the one that this binary carries.

mod client;
mod codex;
mod entry;
mod git;
mod githooks;
mod guards;
mod launcher;
mod programs;
mod settings;
mod show;
mod strict;
mod trip;
mod wiring;

use std::path::{Path, PathBuf};

use findings::Exit;
use source::{Cache, OpenError};

use crate::gated;
use crate::surroundings::{self, Env};
use crate::waiting;

pub(crate) use entry::{Entry, State};
pub(crate) use show::{human, json};

/// Everything that was looked at.
pub(crate) struct Examined {
    pub(crate) root: PathBuf,
    pub(crate) here: PathBuf,
    pub(crate) entries: Vec<Entry>,
}

impl Examined {
    /// Looks at everything, for a client that is started in `here` over the gated root.
    pub(crate) fn of(root: &Path, here: &Path, cache: Cache, env: Env<'_>) -> Self {
        let awaited = waiting::awaited(root);
        // The installed git would wait, too.
        let git = if awaited.is_some() { None } else { git::Git::find(root, env) };
        let mut entries = programs::examine(root, env);
        entries.extend(client::examine(root, here, git.as_ref(), env));
        entries.extend(codex::examine(root, git.as_ref()));
        let unopened = awaited.map(of_awaited);
        match unopened.or_else(|| Some(of_another(&source::owned_by_another(root)?, env))) {
            Some(entry) => entries.push(entry),
            None => {
                entries.extend(githooks::examine(root, git.as_ref()));
                entries.extend(wiring::examine(root, git.as_ref()));
                let idle = wiring::idle(root, git.as_ref(), &entries);
                entries.extend(idle);
                let is_repository = source::common_git_folder(root).is_some();
                entries.extend(guards::examine(root, is_repository, cache, env));
            }
        }
        for entry in &mut entries {
            let texts = [Some(&mut entry.said), entry.mend.as_mut()];
            texts.into_iter().flatten().for_each(|text| *text = called(text, root));
        }
        Examined { root: root.to_owned(), here: here.to_owned(), entries }
    }

    /// What was seen in several gated folders of one repository, as one: what is alike in all of them is told once, and
    /// the rest with the folder that it is about.
    pub(crate) fn together(mut all: Vec<Examined>) -> Self {
        if all.len() == 1 {
            return all.remove(0);
        }
        let here = all.first().map(|first| first.here.clone()).unwrap_or_default();
        let top = gated::top(&here).unwrap_or(&here).to_owned();
        let mut areas: Vec<&'static str> = Vec::new();
        for entry in all.iter().flat_map(|one| &one.entries) {
            if !areas.contains(&entry.area) {
                areas.push(entry.area);
            }
        }
        let mut entries: Vec<Entry> = Vec::new();
        for area in areas {
            for one in &all {
                for entry in one.entries.iter().filter(|entry| entry.area == area) {
                    if !all.iter().all(|other| other.entries.contains(entry)) {
                        let folder = one.root.strip_prefix(&top).unwrap_or(&one.root).display();
                        let what = format!("`{folder}`, {}", entry.what);
                        entries.push(Entry { what, ..entry.clone() });
                    } else if !entries.contains(entry) {
                        entries.push(entry.clone());
                    }
                }
            }
        }
        Examined { root: top, here, entries }
    }

    /// What could not be looked at outweighs what is to be mended.
    pub(crate) fn exit(&self) -> Exit {
        let any = |state| self.entries.iter().any(|entry| entry.state == state);
        match (any(State::Unseen), any(State::Mend)) {
            (true, _) => Exit::CouldNotRun,
            (false, true) => Exit::Blocked,
            (false, false) => Exit::Clean,
        }
    }
}

/// A text with the name by which Gatefold is called here. Commands that find the root themselves, or name it, are not told it
/// once more.
fn called(text: &str, root: &Path) -> String {
    let prefix = gated::top(root).and_then(|top| root.strip_prefix(top).ok()).and_then(Path::to_str);
    let (plain, whole) =
        (surroundings::program(root), surroundings::program_for(root, prefix.unwrap_or_default()));
    let mut text = text.to_owned();
    for command in ["init", "hook", "doctor --root"] {
        text = text.replace(&format!("cargo xtask {command} "), &format!("{plain} {command} "));
    }
    surroundings::called(&text, &whole)
}

/// What puts Gatefold into a gated folder, wherever in the repository it is run.
fn init(root: &Path, git: Option<&git::Git>) -> String {
    match git.and_then(|git| git.top().ok()).filter(|top| top != root) {
        Some(_) => format!("cargo xtask init '{}' --apply", root.display()),
        None => "cargo xtask init --apply".to_owned(),
    }
}

/// That git would open what has no end, and what mends it.
fn of_awaited(file: PathBuf) -> Entry {
    let shown = file.display();
    let mend = format!("mv '{shown}' '{shown}.aside'   (or put a file there that git can read)");
    let said = format!("{}, so that neither it nor the guards were asked", OpenError::Awaited(file));
    Entry::unseen("repository", "git", said, mend)
}

/// That git opens nothing here, and what mends it. Of git's configuration only files are read: what the environment says would
/// help the installed git alone.
fn of_another(error: &OpenError, env: Env<'_>) -> Entry {
    let text = error.to_string();
    let (said, mend) = text.split_once("; if that is right, run ").unwrap_or((&text, "git status"));
    let from_env = match env("GIT_CONFIG_COUNT").or_else(|| env("GIT_CONFIG_PARAMETERS")) {
        Some(_) => {
            "; `safe.directory` counts here from files alone, and not from `GIT_CONFIG_COUNT` or `git -c`"
        }
        None => "",
    };
    let said = format!("{said}, so that git's hooks and the guards were not looked at{from_env}");
    let mend = format!("{}   (if that is right)", mend.trim_matches('`'));
    Entry::unseen("repository", "safe.directory", said, mend)
}
