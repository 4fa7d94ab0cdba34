//! Files by their paths: the template's, the workspace's, and those that are to be written.

use std::collections::BTreeMap;
use std::path::Path;

use source::{BaseRequest, Surroundings, Tree};

use super::line_ends;
use super::name::Name;
use super::restyle::{restyle, restyle_path};
use crate::failure::Failure;

/// What is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) content: Vec<u8>,
    /// Whether it may be run.
    pub(crate) executable: bool,
}

/// Files by their paths from the root, with `/`.
pub(crate) type Files = BTreeMap<String, File>;

impl File {
    pub(crate) fn of_text(text: impl Into<String>) -> File {
        File { content: text.into().into_bytes(), executable: false }
    }

    /// The text, if it is one. What has a NUL in it is none.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.content).ok().filter(|text| !text.contains('\0'))
    }

    /// The same file with another name in the place of the word. What is no text stays as it is.
    pub(crate) fn restyled(&self, path: &str, word: &str, name: &Name) -> File {
        match self.text() {
            Some(text) => File { content: restyle(path, text, word, name).into_bytes(), ..*self },
            None => self.clone(),
        }
    }
}

/// Files with another name in the place of the word, in their paths too.
pub(crate) fn restyled(files: &Files, word: &str, name: &Name) -> Files {
    files
        .iter()
        .map(|(path, file)| (restyle_path(path, word, name), file.restyled(path, word, name)))
        .collect()
}

/// The text of a file that may be missing.
pub(crate) fn text_of<'f>(files: &'f Files, path: &str) -> Option<&'f str> {
    files.get(path).and_then(File::text)
}

/// The same files, of which some have plain line ends.
pub(crate) fn with_plain_ends(files: &Files, paths: &[&str]) -> Files {
    let mut files = files.clone();
    for (_, file) in files.iter_mut().filter(|(path, _)| paths.contains(&path.as_str())) {
        if let Some(text) = file.text() {
            file.content = line_ends::plain(text).into_owned().into_bytes();
        }
    }
    files
}

/// What belongs to the workspace at a root: what git knows or would add, links left out.
pub(crate) fn of_workspace(root: &Path) -> Result<Files, Failure> {
    let tree: Tree = source::open(root, &BaseRequest::None, &Surroundings::default())?.head;
    let mut files = Files::new();
    for path in tree.paths() {
        let on_disk = root.join(path);
        if std::fs::symlink_metadata(&on_disk).is_ok_and(|found| found.is_file()) {
            let content = tree.read(path).map_err(Failure::could_not_run)?.to_vec();
            files.insert(path.to_owned(), File { content, executable: is_executable(&on_disk) });
        }
    }
    Ok(files)
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    false
}
