//! What an approval of a finding is bound to.

use findings::{Finding, Judged, digest};
use source::{Change, ReadError, Tree};

/// Where approvals lie: they are added to the change that they approve.
const FOLDER: &str = "approvals/";

/// The contents that were judged on both sides: those that the finding names, else those of its file. A finding that
/// stands nowhere is bound to the whole change, approvals left out.
pub fn judged(finding: &Finding, change: &Change) -> Judged {
    if let Some(judged) = &finding.judged {
        return judged.clone();
    }
    match finding.file() {
        Some(path) => Judged {
            base: of_file(change.base.as_ref(), change.base_path(path)),
            head: of_file(Some(&change.head), path),
        },
        None => Judged {
            base: of_all(
                change.base.as_ref(),
                change.files.iter().map(|file| file.from.as_ref().unwrap_or(&file.path)),
            ),
            head: of_all(Some(&change.head), change.files.iter().map(|file| &file.path)),
        },
    }
}

/// The root's path from the repository's root, empty where they are the same.
pub(super) fn workspace(change: &Change) -> &str {
    change.repository.as_ref().map_or("", |wider| wider.prefix.as_str())
}

fn of_file(tree: Option<&Tree>, path: &str) -> String {
    match tree.map(|tree| tree.read(path)) {
        Some(Ok(bytes)) => digest(&bytes),
        None | Some(Err(ReadError::Missing(_))) => String::new(),
        // What cannot be read is bound by the reason, which at least differs from having nothing.
        Some(Err(error)) => digest(error.to_string().as_bytes()),
    }
}

fn of_all<'a>(tree: Option<&Tree>, paths: impl Iterator<Item = &'a String>) -> String {
    let lines = paths
        .filter(|path| !path.starts_with(FOLDER))
        .map(|path| format!("{path} {}\n", of_file(tree, path)));
    digest(lines.collect::<String>().as_bytes())
}
