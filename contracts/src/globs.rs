//! Globs of the policy, in which `*` stays within a folder.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use source::Tree;

use crate::Error;

/// The paths of a tree that a list of globs names.
pub(crate) fn paths<'a>(tree: &'a Tree, globs: &[String]) -> Result<Vec<&'a str>, Error> {
    let set = set(globs).map_err(|error| Error::Glob(error.to_string()))?;
    Ok(tree.paths().filter(|path| set.is_match(path)).collect())
}

fn set(globs: &[String]) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
    }
    set.build()
}
