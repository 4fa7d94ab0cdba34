//! One published crate under every rule.

use std::collections::BTreeMap;
use std::path::Path;

use findings::{Finding, NOT_LOOKED_AT, Rule};
use source::{Cache, Code, Problem, ProblemKind, Tree};

use super::Error;
use crate::{Check, LINTS, Policy, check};

/// A published crate or service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its name in the registry.
    pub name: String,
    /// The exact version.
    pub version: String,
}

impl Source {
    /// The name of the folder that cargo unpacks it to.
    pub fn folder(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

/// How much Rust was looked at, whatever it is there for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Files.
    pub files: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, more: Self) {
        self.files += more.files;
        self.lines += more.lines;
        self.bytes += more.bytes;
    }
}

/// A finding of one rule, as the census keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Where it was found.
    pub source: Source,
    /// The file, by its path within the crate.
    pub path: String,
    /// The item around it, `-` where there is none.
    pub item: String,
    /// The line, 0 for a file as a whole. Sources are pinned, so that lines do not move.
    pub line: u32,
}

/// A file that no rule has seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unread {
    /// The crate.
    pub source: Source,
    /// The file, by its path within the crate.
    pub path: String,
    /// Why not.
    pub message: String,
}

/// What one crate gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// How much was looked at.
    pub size: Size,
    /// Hits by the id of the rule.
    pub hits: BTreeMap<&'static str, Vec<Hit>>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

/// Runs every rule over an unpacked crate.
///
/// # Errors
/// Where the folder cannot be listed, or the guard could not look at all.
pub fn measure(source: &Source, folder: &Path) -> Result<Measured, Error> {
    let mut paths = Vec::new();
    list(folder, Path::new(""), &mut paths).map_err(|error| Error::File {
        what: "list",
        path: folder.to_owned(),
        error,
    })?;
    let tree = Tree::from_disk(folder, paths);
    let code = Code::read_for_looks(&tree, &Cache::off());
    let checked = check(&code, &tree, &Policy::default(), None)
        .map_err(|error| Error::Guard { folder: source.folder(), error })?;

    let mut measured = Measured { size: size(&tree), ..Measured::default() };
    for finding in &checked.findings {
        measured.hits.entry(finding.rule.id).or_default().push(hit(source, finding));
    }
    measured.hits.values_mut().for_each(|hits| hits.sort());
    measured.unread = code
        .problems
        .iter()
        .filter(|problem| hides_code(problem))
        .map(|problem| unread(source, problem))
        .collect();
    Ok(measured)
}

fn size(tree: &Tree) -> Size {
    let mut size = Size::default();
    for path in tree.paths().filter(|path| path.ends_with(".rs")) {
        if let Ok(content) = tree.read(path) {
            let lines = content.iter().filter(|byte| **byte == b'\n').count();
            size += Size { files: 1, lines: lines as u64, bytes: content.len() as u64 };
        }
    }
    size
}

fn hit(source: &Source, finding: &Finding) -> Hit {
    let over_syntax = LINTS
        .iter()
        .any(|lint| lint.rule == finding.rule && !matches!(lint.check, Check::Text(_) | Check::Problem(_)));
    let item = finding.facts.get(1).filter(|item| over_syntax && !item.is_empty());
    let span = finding.location.as_ref().and_then(|location| location.span);
    Hit {
        source: source.clone(),
        path: finding.file().unwrap_or("-").to_owned(),
        item: item.map_or("-", String::as_str).to_owned(),
        line: span.map_or(0, |span| span.line),
    }
}

/// Whether a problem hides code from the rules: manifests and members that a published crate left at home do not.
fn hides_code(problem: &Problem) -> bool {
    use ProblemKind::{TooDeep, TooLarge, Unparsable, Unreadable};
    matches!(problem.kind, Unparsable | TooDeep | TooLarge | Unreadable)
}

fn unread(source: &Source, problem: &Problem) -> Unread {
    Unread { source: source.clone(), path: problem.path.clone(), message: problem.message.clone() }
}

/// Every file below a folder, by path from it, in order. Links are not followed.
fn list(root: &Path, below: &Path, paths: &mut Vec<String>) -> std::io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(root.join(below))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            list(root, &path, paths)?;
        } else if let (true, Some(path)) = (kind.is_file(), path.to_str()) {
            paths.push(path.to_owned());
        }
    }
    Ok(())
}

/// Whether the findings of a rule say something about code, and not about the policy or what could not be read.
pub(super) fn speaks_of_code(rule: &Rule) -> bool {
    ![NOT_LOOKED_AT, "policy"].contains(&rule.group)
}
