//! Globs of the policy, in which `*` stays within a folder.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use source::{Change, Tree};

use crate::Error;

/// The paths of a tree that a list of globs names.
pub(crate) fn paths<'a>(tree: &'a Tree, globs: &[String]) -> Result<Vec<&'a str>, Error> {
    let set = set(globs)?;
    Ok(tree.paths().filter(|path| set.is_match(path)).collect())
}

/// Whether a file differs that a list of globs names on either side. Where none does, both sides have the same of them.
pub(crate) fn touched(change: &Change, globs: &[String]) -> Result<bool, Error> {
    let set = set(globs)?;
    let is_named = |path: &str| set.is_match(path);
    Ok(change.files.iter().any(|file| is_named(&file.path) || file.from.as_deref().is_some_and(is_named)))
}

/// Globs as one.
pub(crate) fn set(globs: &[String]) -> Result<GlobSet, Error> {
    let build = || {
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
        }
        set.build()
    };
    build().map_err(|error: globset::Error| Error::Glob(error.to_string()))
}
