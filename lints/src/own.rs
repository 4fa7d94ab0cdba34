//! Rules that a workspace brings along, in code of its own: the same types, run beside the catalogue.

use findings::Finding;
use source::{Code, FileInfo, Tree};

use crate::{Error, Lint, Policy, distinct, sorted, walked};

/// Runs a workspace's own rules over what [`check`](crate::check) looks at.
///
/// # Errors
/// As [`check`](crate::check).
pub fn check_own(
    own: &[&'static Lint],
    code: &Code,
    tree: &Tree,
    policy: &Policy,
    only: Option<&(dyn Fn(&str) -> bool + Sync)>,
) -> Result<Vec<Finding>, Error> {
    let excluded = policy.excluded()?;
    let asked = |path: &str| only.is_none_or(|only| only(path)) && !excluded.is_match(path);
    // What could not be read is for the catalogue to say.
    let checks = sorted(own);
    let visit = |file: &source::SourceFile| walked(file, code.names(), &checks.syntax);
    let found = code.each_file(&|file: &FileInfo| asked(&file.path), &visit);
    let mut findings: Vec<Finding> = found.into_iter().flat_map(|(_, found)| found).collect();
    for path in tree.paths().filter(|path| asked(path)) {
        if let Ok(text) = tree.text(path) {
            checks.texts.iter().for_each(|check| check(path, &text, &mut findings));
        }
    }
    Ok(distinct(findings))
}
