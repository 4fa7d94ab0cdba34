//! Files of the checkout as they lie on the disk. A link is followed where it stays inside, and nowhere else.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, why_not_written};

/// A file's content and whether it may be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) content: Vec<u8>,
    pub(super) executable: bool,
}

impl File {
    pub(super) fn text(text: impl Into<String>) -> File {
        File { content: text.into().into_bytes(), executable: false }
    }
}

/// The path below `top` at which a file really lies, which is no file of git's own.
pub(super) fn real_path(top: &Path, path: &str) -> Result<String, Failure> {
    real_path_in(top, path, false)
}

/// The same, where it may be git's own.
pub(super) fn real_path_in(top: &Path, path: &str, of_git: bool) -> Result<String, Failure> {
    let refused = |at: &Path, what: &str| {
        let shown = at.strip_prefix(top).unwrap_or(at).display();
        Failure::usage(format_args!(
            "`{shown}` {what}; put a file or folder of the repository in its place, then run this again"
        ))
    };
    let mut at = top.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                let real = at.canonicalize().map_err(|_| refused(&at, "is a link that leads nowhere"))?;
                if !real.starts_with(top) || !of_git && real.starts_with(top.join(".git")) {
                    return Err(refused(
                        &at,
                        "is a link that leads out of the repository, where nothing is written",
                    ));
                }
                at = real;
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                at.extend(&parts[index + 1..]);
                break;
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(refused(at.parent().unwrap_or(&at), "is no folder"));
            }
            Err(error) => return Err(failed("look at", &at)(error)),
        }
    }
    let below = at.strip_prefix(top).ok().and_then(slashed);
    below.ok_or_else(|| refused(&at, "has a name that is no UTF-8"))
}

/// A path with `/` between its parts, whatever the system has there; none where it is no UTF-8.
pub(super) fn slashed(path: &Path) -> Option<String> {
    path.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>().map(|parts| parts.join("/"))
}

/// The file at a path below `top`, as [`real_path`] gives it; `None` where there is none.
pub(super) fn read(top: &Path, path: &str) -> Result<Option<File>, Failure> {
    let file = top.join(path);
    match fs::symlink_metadata(&file) {
        Ok(found) if found.is_file() => {
            let content = source::read_regular(&file).map_err(failed("read", &file))?;
            Ok(Some(File { content, executable: is_executable(&found) }))
        }
        Ok(_) => Err(Failure::usage(format_args!("`{path}` is no file; take it out of the way"))),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {
            Ok(None)
        }
        Err(error) => Err(failed("look at", &file)(error)),
    }
}

/// The names of what lies in a folder, sorted; none where it is not there.
pub(super) fn names(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => {
            return Ok(BTreeSet::new());
        }
        Err(error) => return Err(failed("look at", folder)(error)),
    };
    let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    entries.map(name).collect::<io::Result<_>>().map_err(failed("look at", folder))
}

/// Whether the file may be written as it stands.
pub(super) fn is_read_only(top: &Path, path: &str) -> bool {
    fs::metadata(top.join(path)).is_ok_and(|found| found.permissions().readonly())
}

/// The highest folder above a path that is not there, with those below it.
pub(super) fn missing_folders(top: &Path, path: &str) -> Vec<PathBuf> {
    let above = Path::new(path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    let mut missing: Vec<PathBuf> =
        above.map(|above| top.join(above)).filter(|above| !above.exists()).collect();
    missing.reverse();
    missing
}

/// The folders above a path in which there is nothing at all.
pub(super) fn empty_folders(top: &Path, path: &str) -> Vec<String> {
    let is_empty =
        |folder: &&Path| fs::read_dir(top.join(folder)).is_ok_and(|mut entries| entries.next().is_none());
    let above = Path::new(path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
    above.filter(is_empty).filter_map(slashed).collect()
}

pub(super) fn failed(what: &str, path: &Path) -> impl Fn(io::Error) -> Failure {
    let text = format!("failed to {what} `{}`", path.display());
    move |error| Failure::could_not_run(format_args!("{text}: {}", why_not_written(&error)))
}

#[cfg(unix)]
fn is_executable(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}
