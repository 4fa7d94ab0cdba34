//! Exceptions in code: `// gatefold: allow(rule-id) until 2027-01-31: reason`.

pub mod comments;
mod extent;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use findings::{Finding, Location, Span};
use jiff::civil::Date;
use source::Tree;

use comments::Comment;

/// One exception as the code has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Path from the root.
    pub file: String,
    /// Where the comment stands.
    pub span: Span,
    /// The rules that it names.
    pub rules: Vec<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// The lines that it covers: its own statement or item, or the next one; not the statements and items inside.
    pub lines: BTreeSet<u32>,
}

/// A comment that wants to be an exception and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where.
    pub location: Location,
    /// What is wrong, in words that follow "this exception ".
    pub message: String,
}

/// The exceptions of some files of a tree, and what wants to be one. Files that cannot be read as text have none.
pub fn read<'p>(tree: &Tree, paths: impl IntoIterator<Item = &'p str>) -> (Vec<Exception>, Vec<Malformed>) {
    let (mut exceptions, mut malformed) = (Vec::new(), Vec::new());
    for path in paths.into_iter().filter(|path| comments::language(path).is_some()) {
        if let Ok(text) = tree.text(path) {
            let (some, wrong) = read_text(path, &text);
            exceptions.extend(some);
            malformed.extend(wrong);
        }
    }
    (exceptions, malformed)
}

/// The exceptions of one file.
pub fn read_text(path: &str, text: &str) -> (Vec<Exception>, Vec<Malformed>) {
    let (mut exceptions, mut malformed) = (Vec::new(), Vec::new());
    let Some(language) = comments::language(path).filter(|_| text.contains(syntax::MARK)) else {
        return (exceptions, malformed);
    };
    let comments = comments::comments(language, text);
    let mut extents = extent::Extents::new(path, text, &comments);
    for comment in comments.iter().filter(|comment| comment.text.trim_start().starts_with(syntax::MARK)) {
        match syntax::parse(comment.text) {
            Ok(said) => exceptions.push(Exception {
                file: path.to_owned(),
                span: span(comment),
                rules: said.rules,
                until: said.until,
                reason: said.reason,
                lines: extents.of(comment),
            }),
            Err(message) => {
                malformed.push(Malformed { location: Location::at(path, span(comment)), message });
            }
        }
    }
    (exceptions, malformed)
}

impl Exception {
    /// Whether it speaks of a finding, whatever its date.
    pub fn covers(&self, finding: &Finding) -> bool {
        let location = finding.location.as_ref().filter(|location| location.file == self.file);
        let line = location.and_then(|location| location.span).map(|span| span.line);
        line.is_some_and(|line| self.lines.contains(&line))
            && self.rules.iter().any(|rule| rule == finding.rule.id)
    }
}

fn span(comment: &Comment<'_>) -> Span {
    Span::on_line(comment.line, comment.column, comment.end_column)
}
