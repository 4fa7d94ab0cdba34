//! A plain folder outside of any repository: all of it is head, and there is no base.

use std::collections::BTreeSet;
use std::path::Path;

use findings::BaseInfo;
use walkdir::{DirEntry, WalkDir};

use crate::change::{Change, ChangeKind, FileChange, Said};
use crate::tree::{Blobs, NOT_WALKED, Tree, Unread};

use super::listing::MAX_FILES;
use super::{BaseRequest, OpenError, Surroundings};

pub(crate) fn open(
    root: &Path,
    request: &BaseRequest,
    surroundings: &Surroundings,
) -> Result<Change, OpenError> {
    match request {
        BaseRequest::Revision(revision) => {
            let reason = "there is no repository".to_owned();
            return Err(OpenError::NoRevision { revision: revision.clone(), reason });
        }
        BaseRequest::Default if surroundings.ci => {
            return Err(OpenError::NoBaseInCi("there is no repository".to_owned()));
        }
        BaseRequest::Default | BaseRequest::None => {}
    }
    let (paths, unread) = walk(root)?;
    let head = Tree::on_disk(root.to_owned(), paths, Blobs::default(), unread);
    let files = head.paths().map(|path| added(&head, path)).collect();
    let base_info = BaseInfo { commit: None, chosen: "no repository".to_owned() };
    Ok(Change {
        base: None,
        head,
        base_info,
        head_commit: None,
        files,
        unstaged: BTreeSet::new(),
        repository: None,
        said: Ok(Said::default()),
    })
}

fn walk(root: &Path) -> Result<(Vec<String>, Unread), OpenError> {
    let (mut paths, mut unread) = (Vec::new(), Unread::default());
    let walked = |entry: &DirEntry| {
        let skipped = NOT_WALKED.iter().any(|name| entry.file_name() == *name);
        entry.depth() == 0 || !(skipped && entry.file_type().is_dir() && !is_module(entry.path()))
    };
    for entry in WalkDir::new(root).into_iter().filter_entry(walked) {
        let entry = entry.map_err(|error| OpenError::Folder {
            path: error.path().unwrap_or(root).to_owned(),
            reason: error.to_string(),
        })?;
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        match parts {
            Some(parts) if kind.is_file() || kind.is_symlink() => paths.push(parts.join("/")),
            _ => unread.names.push(below.to_string_lossy().into_owned()),
        }
        if paths.len() > MAX_FILES {
            return Err(OpenError::TooManyFiles);
        }
    }
    unread.sort();
    paths.sort();
    Ok((paths, unread))
}

/// Whether a folder is called as cargo calls that of its products, and is none: there is no package beside it, and cargo left
/// no mark in it.
fn is_module(folder: &Path) -> bool {
    folder.ends_with("target")
        && !folder.join("CACHEDIR.TAG").is_file()
        && !folder.with_file_name("Cargo.toml").is_file()
}

fn added(head: &Tree, path: &str) -> FileChange {
    let lines = head.text(path).map_or(0, |text| text.lines().count());
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    FileChange {
        path: path.to_owned(),
        from: None,
        kind: ChangeKind::Added,
        lines: if lines == 0 { Vec::new() } else { vec![1..=lines] },
        modes: None,
    }
}
