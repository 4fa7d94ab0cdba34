//! One `Cargo.toml`: its tables, and where in the text they stand.

use toml_edit::{Document, Item, TableLike};

use super::paths;
use crate::code::{Problem, ProblemKind};
use crate::tree::Tree;

/// A manifest that is TOML.
pub(super) struct Manifest {
    /// Path from the root.
    pub(super) path: String,
    document: Document<String>,
    /// Where its lines begin, in bytes.
    lines: Vec<usize>,
}

impl Manifest {
    pub(super) fn read(tree: &Tree, path: &str) -> Result<Self, Problem> {
        let text = tree.text(path).map_err(|error| Problem::of_read(path, &error))?;
        match Document::parse(text.to_string()) {
            Ok(document) => {
                let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
                let lines = ends.map(|(end, _)| end + 1).collect();
                Ok(Manifest { path: path.to_owned(), document, lines })
            }
            Err(error) => {
                let (line, column) = position(&text, error.span().map_or(0, |span| span.start));
                let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
                Err(Problem::at(path, line, column, ProblemKind::Manifest, message))
            }
        }
    }

    /// The folder of the package; empty for the root.
    pub(super) fn dir(&self) -> &str {
        paths::folder(&self.path)
    }

    /// What stands at a path of keys.
    pub(super) fn get(&self, keys: &[&str]) -> Option<&Item> {
        keys.iter().try_fold(self.document.as_item(), |item, key| item.as_table_like()?.get(key))
    }

    /// The table at a path of keys.
    pub(super) fn table(&self, keys: &[&str]) -> Option<&dyn TableLike> {
        self.get(keys)?.as_table_like()
    }

    /// `[package]`, or `[project]` as it was once called.
    pub(super) fn package(&self) -> Option<&dyn TableLike> {
        self.table(&["package"]).or_else(|| self.table(&["project"]))
    }

    pub(super) fn is_workspace_root(&self) -> bool {
        self.get(&["workspace"]).is_some()
    }

    /// The texts of an array, each with its line; what is no text is left out.
    pub(super) fn texts(&self, keys: &[&str]) -> Vec<(String, u32)> {
        let Some(array) = self.get(keys).and_then(Item::as_array) else { return Vec::new() };
        let text = |value: &toml_edit::Value| Some((value.as_str()?.to_owned(), self.line_of(value.span())));
        array.iter().filter_map(text).collect()
    }

    /// What is wrong with the entries of a table that must be lists of texts, where they are there.
    pub(super) fn problems_of_lists(&self, table: &str, keys: &[&str]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for key in keys {
            let Some(item) = self.get(&[table, *key]) else { continue };
            let message = format!("`{key}` of `[{table}]` is no list of texts");
            match item.as_array() {
                Some(array) => {
                    let others = array.iter().filter(|value| value.as_str().is_none());
                    problems.extend(
                        others.map(|value| self.problem(self.line_of(value.span()), message.clone())),
                    );
                }
                None => problems.push(self.problem(self.line_of(item.span()), message)),
            }
        }
        problems
    }

    /// The line of something; the first where its place is not known.
    pub(super) fn line_of(&self, span: Option<std::ops::Range<usize>>) -> u32 {
        span.map_or(1, |span| self.lines.partition_point(|begin| *begin <= span.start) as u32 + 1)
    }

    pub(super) fn problem(&self, line: u32, message: impl Into<String>) -> Problem {
        self.problem_of(ProblemKind::Manifest, line, message)
    }

    pub(super) fn problem_of(&self, kind: ProblemKind, line: u32, message: impl Into<String>) -> Problem {
        Problem { line: Some(line), ..Problem::of_file(&self.path, kind, message) }
    }
}

/// The text of a key in a table.
pub(super) fn text<'a>(table: &'a dyn TableLike, key: &str) -> Option<&'a str> {
    table.get(key)?.as_str()
}

/// The truth value of a key in a table.
pub(super) fn flag(table: &dyn TableLike, key: &str) -> Option<bool> {
    table.get(key)?.as_bool()
}

/// Whether a value is `{ workspace = true }`.
pub(super) fn inherits(item: &Item) -> bool {
    item.as_table_like().and_then(|table| flag(table, "workspace")) == Some(true)
}

fn position(text: &str, byte: usize) -> (u32, u32) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() as u32 + 1;
    let last = before.rsplit('\n').next().unwrap_or("");
    (line, last.chars().count() as u32 + 1)
}
