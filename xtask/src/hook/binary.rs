//! The binaries that judge hooks: where they lie, which of them a repository asks for, and how one is put there.
//!
//! They lie under `gatefold/bin/KEY/gatefold` in the git folder that all worktrees share, out of reach of any commit.
//! The link `current` leads to the folder of the one that was installed last: the launcher follows it without starting a
//! process, and the binary itself then asks whether the base of the judged tree wants another. Whoever may write the git
//! folder can put anything there, and git's own hooks besides; so CI is the authority, and these answer early.

mod handover;
mod key;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use source::Origin;

pub(crate) use handover::{hand_over, remark};
pub(crate) use key::{Key, Wanted};

use crate::failure::{Failure, why_not_written};

/// The binary's name in its folder.
const NAME: &str = "gatefold";

/// A binary in the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Installed {
    pub(crate) key: Key,
    pub(crate) path: PathBuf,
}

/// How what the hooks run stands to what the base asks for. `doctor` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is that.
    Fresh(Installed),
    /// It is another one, which judges until somebody installs what is asked for.
    Stale { judging: Installed, wanted: Key },
    /// There is none: hooks let everything pass.
    Missing { wanted: Key },
}

/// What an installation did.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) installed: Installed,
    /// The keys that were taken away.
    pub(crate) removed: Vec<Key>,
}

/// The store of a repository: `gatefold/bin` in its common git folder.
pub(crate) fn store(origin: &Origin) -> PathBuf {
    origin.shared().join("gatefold/bin")
}

/// Every binary in a store, by key.
pub(crate) fn installed(store: &Path) -> Vec<Installed> {
    let entries = fs::read_dir(store).into_iter().flatten().flatten();
    let mut found: Vec<Installed> = entries.filter_map(|entry| in_folder(&entry.path())).collect();
    found.sort();
    found
}

/// The binary that the launcher starts.
pub(crate) fn current(store: &Path) -> Option<Installed> {
    in_folder(&store.join("current").canonicalize().ok()?)
}

fn in_folder(folder: &Path) -> Option<Installed> {
    let key = Key::parse(folder.file_name()?.to_str()?)?;
    let path = folder.join(NAME);
    path.is_file().then_some(Installed { key, path })
}

/// How the store of the repository around a folder stands to what the base there asks for.
///
/// # Errors
/// There is no repository, or it cannot be read.
pub(crate) fn state(root: &Path) -> Result<State, Failure> {
    let origin = origin(root)?;
    let wanted = Wanted::at(&origin).key;
    let store = store(&origin);
    let exact = installed(&store).into_iter().find(|installed| installed.key == wanted);
    Ok(match (exact, current(&store)) {
        (Some(exact), Some(_)) => State::Fresh(exact),
        (_, Some(judging)) => State::Stale { judging, wanted },
        (_, None) => State::Missing { wanted },
    })
}

/// Puts a program into the store of the repository around a folder, under the key that the base there asks for, lets
/// the launcher start it, and takes away what no worktree asks for any more.
///
/// # Errors
/// There is no repository; or the store cannot be written.
pub(crate) fn install(root: &Path, program: &Path) -> Result<Installation, Failure> {
    let origin = origin(root)?;
    let (store, wanted) = (store(&origin), Wanted::at(&origin));
    let write = |error: io::Error| {
        Failure::could_not_run(format_args!(
            "failed to write `{}`: {}",
            store.display(),
            why_not_written(&error)
        ))
    };
    let folder = store.join(wanted.key.as_str());
    let path = folder.join(NAME);
    fs::create_dir_all(&folder).map_err(write)?;
    // Written beside and moved: a hook that runs meanwhile starts the old one or the new one, never half of it.
    let fresh = folder.join(format!("{NAME}.{}", std::process::id()));
    let placed = fs::copy(program, &fresh).and_then(|_| fs::rename(&fresh, &path));
    placed.inspect_err(|_| drop(fs::remove_file(&fresh))).map_err(write)?;
    point(&store, wanted.key.as_str()).map_err(write)?;
    let installed = Installed { key: wanted.key, path };
    let removed = remove_unwanted(&origin, &installed.key);
    // What was said about a missing binary may be said again once it is missing again.
    let _ = fs::remove_dir_all(origin.shared().join("gatefold/told"));
    Ok(Installation { installed, removed })
}

/// What the change that a folder is part of starts from.
///
/// # Errors
/// There is no repository, or it cannot be read.
pub(crate) fn origin(root: &Path) -> Result<Origin, Failure> {
    source::origin(root)?.ok_or_else(|| {
        Failure::usage(format_args!(
            "`{}` lies in no git repository, and hooks keep their binary in the git folder",
            root.display()
        ))
    })
}

/// Lets `current` lead to a folder of the store, replacing it as a whole.
fn point(store: &Path, key: &str) -> io::Result<()> {
    let fresh = store.join(format!("current.{}", std::process::id()));
    let _ = fs::remove_file(&fresh);
    #[cfg(unix)]
    std::os::unix::fs::symlink(key, &fresh)?;
    #[cfg(windows)]
    std::os::windows::fs::symlink_dir(key, &fresh)?;
    fs::rename(&fresh, store.join("current"))
}

/// Takes away the binaries that no worktree's base asks for.
fn remove_unwanted(origin: &Origin, installed_now: &Key) -> Vec<Key> {
    let wanted: Vec<Key> = worktrees(origin)
        .iter()
        .filter_map(|folder| Some(Wanted::at(&source::origin(folder).ok()??).key))
        .collect();
    let store = store(origin);
    let all = installed(&store).into_iter().map(|installed| installed.key);
    let unwanted = all.filter(|key| key != installed_now && !wanted.contains(key));
    unwanted.filter(|key| fs::remove_dir_all(store.join(key.as_str())).is_ok()).collect()
}

/// The folders of all worktrees of a repository, as its git folder lists them.
fn worktrees(origin: &Origin) -> Vec<PathBuf> {
    let linked = fs::read_dir(origin.shared().join("worktrees")).into_iter().flatten().flatten();
    let linked = linked.filter_map(|entry| {
        let text = source::read_regular_text(&entry.path().join("gitdir")).ok()?;
        Path::new(text.trim_end_matches(['\r', '\n'])).parent().map(Path::to_owned)
    });
    let main = origin.shared().parent().map(Path::to_owned);
    main.into_iter().chain(linked).collect()
}
