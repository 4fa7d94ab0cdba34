//! What other tools find better than rules over syntax can: lints of clippy, and what cargo-deny says of dependencies.
//!
//! Here stand the rules under which their findings are told, and how what they write is read. Whoever calls them is the live
//! tier: they build code of the change.

mod clippy;
mod deny;
mod extents;
mod messages;

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, Rule};
use source::{Code, FileInfo, SourceFile, Tree};

use crate::doubles::Doubles;
use crate::{Error, Policy};
use extents::Extents;

pub use clippy::{CLIPPY, PLANT, arguments, planted};
pub use deny::{DENY, Diagnosis, diagnoses};
pub use messages::{Told, messages};

/// Every rule whose findings another tool makes.
pub static DELEGATED: &[&[&Rule]] = &[CLIPPY, DENY];

/// Which tool makes a rule's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// `cargo clippy`.
    Clippy,
    /// `cargo deny`.
    Deny,
}

/// The tool that makes a rule's findings; `None` where the guard makes them itself.
pub fn tool_of(rule: &Rule) -> Option<Tool> {
    let has = |rules: &[&Rule]| rules.contains(&rule);
    if has(CLIPPY) { Some(Tool::Clippy) } else { has(DENY).then_some(Tool::Deny) }
}

/// Why what a tool wrote says nothing of the code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// There is an error in the code.
    #[error("it does not compile: {0}")]
    DoesNotCompile(String),
    /// A line of the output is not what the tool writes.
    #[error("line {line} of what it writes is not understood: {reason}")]
    Garbage {
        /// From 1.
        line: usize,
        /// What the reader stumbled over.
        reason: String,
    },
    /// The output has no end.
    #[error("it ended before it was done{0}")]
    Unfinished(String),
}

/// What clippy told of one side, as findings. Left out are places outside the tree, in generated files, in files that the
/// policy excludes and, but for lints that look at tests, in code that is there for tests.
///
/// # Errors
/// The policy has a glob that is none.
pub fn clippy_findings(
    told: &[Told],
    code: &Code,
    tree: &Tree,
    policy: &Policy,
) -> Result<Vec<Finding>, Error> {
    let excluded = policy.excluded()?;
    let files: BTreeSet<&str> = told.iter().map(|told| told.file.as_str()).collect();
    let wanted = |file: &FileInfo| {
        files.contains(file.path.as_str()) && !file.generated && !excluded.is_match(&file.path)
    };
    let doubles = Doubles::of(code, &|path| files.contains(path));
    let extents = |file: &SourceFile| Extents::of(file, file.is_test() || doubles.has(&file.path));
    let extents: BTreeMap<String, Extents> = code.each_file(&wanted, &extents).into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for told in told {
        let Some(rule) = CLIPPY.iter().find(|rule| rule.id == told.lint) else { continue };
        let Some(extents) = extents.get(&told.file).filter(|_| tree.contains(&told.file)) else { continue };
        let around = extents.around((told.span.line, told.span.column));
        let counts = !around.of_tests || clippy::looks_at_tests(rule);
        // A library is looked at as it is and as its tests see it.
        if !counts || !seen.insert((rule.id, &told.file, told.span)) {
            continue;
        }
        let place = Location::at(&told.file, told.span);
        let mut finding = Finding::new(rule, place, &told.message).fact(&told.text).fact(around.item);
        finding.help = told.help.clone();
        for (place, text) in &told.notes {
            finding = match place {
                Some((file, span)) => finding.note_at(Location::at(file, *span), text),
                None => finding.note(text),
            };
        }
        findings.push(finding);
    }
    Ok(findings)
}

/// One line of a text, of bounded length.
fn one_line(text: &str) -> String {
    const MOST: usize = 400;
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &folded[..end]),
        None => folded,
    }
}
