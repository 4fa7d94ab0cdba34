//! Rules that a workspace brings along, in code of its own: the same types, run beside the catalogue.

use findings::Finding;
use source::{Code, FileInfo, Names, SourceFile, Tree};

use crate::{Check, Error, Lint, Policy, distinct, is_judged, walk};

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
    let (mut syntax, mut texts) = (Vec::new(), Vec::new());
    for lint in own {
        match lint.check {
            Check::Syntax(check) => syntax.push(check),
            Check::Text(check) => texts.push(check),
            // What could not be read is for the catalogue to say.
            Check::Problem(_) => {}
        }
    }
    let look = move |file: &SourceFile, names: &Names| match is_judged(file) {
        true => walk::walk(file, names, &syntax),
        false => Vec::new(),
    };
    let found = code.look_at_each(&|file: &FileInfo| asked(&file.path), look);
    let mut findings: Vec<Finding> = found.into_iter().flat_map(|(_, found)| found).collect();
    for path in tree.paths().filter(|path| asked(path)) {
        if let Ok(text) = tree.text(path) {
            texts.iter().for_each(|check| check(path, &text, &mut findings));
        }
    }
    Ok(distinct(findings))
}
