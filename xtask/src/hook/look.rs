//! The static gate as hooks ask for it, and where a file belongs.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use findings::Tier;

use super::root;
use crate::facts::cache;
use crate::failure::Failure;
use crate::gated::Moved;
use crate::scene::{Ask, Scene};
use crate::shell;
use crate::surroundings::{self, process_env};

/// Opens the change below a root; nothing is judged yet.
pub(crate) fn open(root: &Path) -> Result<Scene, String> {
    open_among(root, None)
}

/// The same where it is known which files alone may differ from git's index, by their paths from the repository's folder.
pub(crate) fn open_among(root: &Path, known: Option<&BTreeSet<String>>) -> Result<Scene, String> {
    let open = |ask: &Ask| Ok(source::open_among(&ask.root, &ask.base, &ask.surroundings, known)?);
    Scene::open_by(ask(root)?, open).map_err(|failure| failure.message)
}

/// The same against a commit in the place of the base that git tells.
pub(crate) fn open_since(root: &Path, base: &str) -> Result<Scene, String> {
    let ask = Ask { base: source::BaseRequest::Revision(base.to_owned()), ..ask(root)? };
    Scene::open_where_it_lies(ask).map_err(|failure| failure.message)
}

/// The same of what was judged just now, for these guards and files.
pub(crate) fn against(
    now: &Scene,
    base: &str,
    only: Vec<String>,
    files: Option<Vec<String>>,
) -> Result<Scene, String> {
    let base = source::BaseRequest::Revision(base.to_owned());
    let ask = Ask { base, only, files, ..ask(&now.ask.root)? };
    now.against(ask).map_err(|failure| failure.message)
}

/// The same of a commit in the place of the working tree.
pub(crate) fn open_at(root: &Path, base: &str, head: &str) -> Result<Scene, String> {
    let base = source::BaseRequest::Revision(base.to_owned());
    let ask = Ask { base, head: Some(head.to_owned()), ..ask(root)? };
    Scene::open_where_it_lies(ask).map_err(|failure| failure.message)
}

/// The same of what came out of a gated folder, as if it had lain all along where it is: the whole folder, else the code of
/// these files alone. Nothing is kept of it, since no commit is such a base.
pub(crate) fn open_moved(
    top: &Path,
    moved: &Moved,
    base: source::BaseRequest,
    head: source::Head<'_>,
) -> Result<Scene, Failure> {
    let root = top.join(&moved.to);
    let ask = Ask { base, cache: source::Cache::off(), ..ask(&root).map_err(Failure::could_not_run)? };
    let ask = match moved.is_whole {
        true => ask,
        false => {
            Ask { only: ["lints", "integrity"].map(str::to_owned).to_vec(), files: Some(moved.here()), ..ask }
        }
    };
    let place = source::Moved { top, below: &moved.to, moved: &moved.files };
    Scene::open_by(ask, |ask| Ok(source::open_moved(&place, &ask.base, head)?))
}

/// What hooks ask for.
pub(crate) fn ask(root: &Path) -> Result<Ask, String> {
    Ok(Ask {
        root: root.to_owned(),
        base: source::BaseRequest::Default,
        head: None,
        // A hook has no event of a CI system, whatever the environment says.
        surroundings: source::Surroundings::default(),
        tier: Tier::Static,
        intent: None,
        only: Vec::new(),
        files: None,
        bootstrap: true,
        against: None,
        cache: cache(None, root, &process_env).map_err(|failure| failure.message)?,
        today: surroundings::today(),
    })
}

/// How the gate is run from a folder: with the alias of the workspace, where it has one.
pub(crate) fn command(root: &Path, folder: &Path) -> String {
    let program = format!("{} gate", surroundings::program(root));
    if is_around(root, folder) {
        return program;
    }
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    format!("{program} --root {}", shell::word(root.strip_prefix(&folder).unwrap_or(root).display()))
}

/// Whether a root is the one that the gate finds from a folder.
pub(crate) fn is_around(root: &Path, folder: &Path) -> bool {
    source::find_root(folder).is_ok_and(|found| found == root)
}

/// The gated root that a file belongs to, and its path from there.
pub(crate) fn place(file: &Path) -> Option<(PathBuf, String)> {
    let file = real(file)?;
    let folder = file.ancestors().skip(1).find(|folder| folder.is_dir())?;
    let root = root::around(folder)?;
    let root = root.canonicalize().unwrap_or(root);
    let parts: Option<Vec<&str>> = file.strip_prefix(&root).ok()?.iter().map(|part| part.to_str()).collect();
    Some((root, parts?.join("/")))
}

/// The longest path that is looked at, in bytes: more than any file system takes.
pub(super) const MAX_PATH: usize = 4_096;

/// The file with every link resolved, also where it does not exist yet. What does not exist is no link, so `..` behind
/// it is taken by the letter.
pub(crate) fn real(file: &Path) -> Option<PathBuf> {
    if file.as_os_str().len() > MAX_PATH {
        return None;
    }
    if let Ok(real) = file.canonicalize() {
        return Some(real);
    }
    let mut path = PathBuf::new();
    for part in file.components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            part => path.push(part),
        }
        if let Ok(real) = path.canonicalize() {
            path = real;
        }
    }
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_followed_without_trusting_what_is_not_there() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = folder.path().canonicalize().expect("a real folder");
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(real(&folder.join(path)), expected.map(|path| folder.join(path)), "{path}");
        };
        check("a", Some("a"));
        check("nope/../gatefold.yaml", Some("gatefold.yaml"));
        check("nope/deeper/../../b", Some("b"));
        check(&"a/".repeat(100_000), None);
    }
}
