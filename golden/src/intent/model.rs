//! What a change that declares a model may touch, and what the model's files weigh.

use source::{Change, ReadError, Tree};

use crate::Policy;
use crate::policy::globs;

/// Where approvals lie: they are added to the change that they approve.
const APPROVALS: &str = "approvals/";

/// The files of the change that belong neither to a model nor to what is recorded and approved, sorted. A renamed file
/// counts by both its names.
pub(super) fn foreign<'c>(change: &'c Change, policy: &Policy) -> Vec<&'c str> {
    let models = globs(&policy.models).unwrap_or_default();
    let belongs = |path: &str| {
        models.is_match(path)
            || path.starts_with(APPROVALS)
            || policy.corpora.iter().any(|corpus| corpus.records(path))
    };
    let names = |file: &'c source::FileChange| [Some(&file.path), file.from.as_ref()].into_iter().flatten();
    let foreign = change.files.iter().filter_map(|file| names(file).find(|path| !belongs(path)));
    foreign.map(String::as_str).collect()
}

/// How many bytes the model's files that differ had and have.
pub(super) fn weight(change: &Change, policy: &Policy) -> (u64, u64) {
    let models = globs(&policy.models).unwrap_or_default();
    let Some(base) = &change.base else { return (0, 0) };
    let differ = change.files.iter().filter(|file| models.is_match(&file.path));
    differ.fold((0, 0), |(before, after), file| {
        let was = bytes(base, file.from.as_ref().unwrap_or(&file.path));
        (before + was, after + bytes(&change.head, &file.path))
    })
}

/// The size of a file; that of what it points to, where git only keeps a pointer of Git LFS.
fn bytes(tree: &Tree, path: &str) -> u64 {
    match tree.read(path) {
        Ok(content) => pointed(&content).unwrap_or(content.len() as u64),
        Err(ReadError::TooLarge { bytes, .. }) => bytes,
        Err(_) => 0,
    }
}

fn pointed(content: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(content.get(..content.len().min(1_024))?).ok()?;
    let rest = text.strip_prefix("version https://git-lfs.github.com/spec/")?;
    rest.lines().find_map(|line| line.strip_prefix("size ")?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_weighs_what_it_points_to() {
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n";
        assert_eq!(pointed(pointer), Some(12_345));
        assert_eq!(pointed(b"the weights of November"), None);
        assert_eq!(pointed(&[0xff; 4]), None);
    }
}
