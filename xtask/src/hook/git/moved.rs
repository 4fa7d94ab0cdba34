//! What git's hooks judge of gated folders that went elsewhere, or are gone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use source::{BaseRequest, Change, Head};

use crate::failure::Failure;
use crate::gate::{Judgement, judge_scene};
use crate::gated::{self, Moved};
use crate::hook::look;

/// Judges it as the base had it.
pub(super) fn judged(top: &Path, moved: &Moved, head: Head<'_>) -> Result<Judgement, Failure> {
    judge_scene(look::open_moved(top, moved, BaseRequest::Default, head)?)
}

/// The paths that a change touches below the place of what was moved, where that came from, and outside of all roots, as
/// findings of that place name them.
pub(super) fn touched(moved: &Moved, change: &Change, top: &Path, roots: &[PathBuf]) -> BTreeSet<String> {
    let files = change.repository.as_ref().map_or(&change.files, |wider| &wider.files);
    let touched: BTreeSet<&String> =
        files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.from)).collect();
    let came = moved.files.iter().filter(|(_, from)| touched.contains(from)).map(|(to, _)| to);
    let depth = Path::new(&moved.to).components().count();
    let shown = |path: &String| match gated::below(&moved.to, path) {
        Some(below) => Some(below.to_owned()),
        None if roots.iter().any(|root| top.join(path).starts_with(root)) => None,
        None => Some(format!("{}{path}", "../".repeat(depth))),
    };
    let all = touched.iter().copied().chain(came).filter_map(shown);
    let asked = moved.asked();
    all.filter(|path| asked.as_ref().is_none_or(|asked| asked.contains(path))).collect()
}
