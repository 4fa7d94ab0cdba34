//! `gatefold.yaml` as it was read: located, limited, every key known.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::cursor::Table;
use crate::path::{Path, Step};
use crate::yaml::{self, Mark, Node, Source, Value};
use crate::{PolicyError, Schema, Settings, check};

/// The name of the policy, at the root of what is judged.
pub const POLICY_FILE: &str = "gatefold.yaml";

/// A policy. Values keep the place that they were read from.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) root: Node,
    pub(crate) sources: Vec<Arc<Source>>,
}

impl Document {
    /// No policy at all: every key has its default.
    pub fn empty() -> Document {
        Document { root: Node::absent(), sources: Vec::new() }
    }

    /// Reads a policy. Refuses what is too large, too deep or repeated too often, duplicate and unknown keys, and
    /// what the sections' own checks refuse.
    pub fn parse(file: &str, text: &str, schema: &Schema) -> Result<Document, PolicyError> {
        let source = Arc::new(Source { file: file.to_owned(), text: text.to_owned() });
        let root = yaml::read(&source)?;
        let document = Document { root, sources: vec![source] };
        let table = Table::of(schema);
        if let Some(unknown) = check::unknown(&document.root, &table.root()).into_iter().next() {
            return Err(document.error(&unknown.path, Some(unknown.mark), &unknown.message));
        }
        Settings::read(&document)?;
        for section in schema.sections {
            (section.check)(&document)?;
        }
        Ok(document)
    }

    /// Reads the base's policy. What this version of the judge does not know is left out and told: a key that an
    /// upgrade took away must not bar the way to its removal.
    pub fn parse_base(
        file: &str,
        text: &str,
        schema: &Schema,
    ) -> Result<(Document, Vec<PolicyError>), PolicyError> {
        let source = Arc::new(Source { file: file.to_owned(), text: text.to_owned() });
        let root = yaml::read(&source)?;
        let mut document = Document { root, sources: vec![source] };
        let unknown = check::unknown(&document.root, &Table::of(schema).root());
        let left_out =
            unknown.iter().map(|key| document.error(&key.path, Some(key.mark), &key.message)).collect();
        // From the last to the first, so that the places of items stay what they were.
        for key in unknown.iter().rev() {
            document.root.remove(&key.path.0);
        }
        Ok((document, left_out))
    }

    /// Reads a YAML file that is no policy, for whoever must name places in it: limited and without duplicate keys,
    /// whatever its keys are. [`Document::whole`] gives it its type.
    pub fn of_file(file: &str, text: &str) -> Result<Document, PolicyError> {
        let source = Arc::new(Source { file: file.to_owned(), text: text.to_owned() });
        Ok(Document { root: yaml::read(&source)?, sources: vec![source] })
    }

    /// The whole document with its type.
    pub fn whole<T: DeserializeOwned>(&self) -> Result<T, PolicyError> {
        self.typed(&self.root, &Path::default())
    }

    /// Whether there is a policy, be it an empty file.
    pub fn exists(&self) -> bool {
        !self.sources.is_empty()
    }

    /// A section with its type; the type's default where the section is missing or empty.
    pub fn section<S: DeserializeOwned + Default>(&self, name: &str) -> Result<S, PolicyError> {
        match self.root.get(name) {
            Some(node) if !node.is_null() => self.typed(node, &Path::default().key(name)),
            _ => Ok(S::default()),
        }
    }

    /// Line and column of a value, counted from 1, by its path: `arch.layers[2].members[0]`. For a list or a map
    /// that has a key, the place of the key.
    pub fn locate(&self, path: &str) -> Option<(u32, u32)> {
        let path = Path::parse(path)?;
        self.place(self.mark(&path)?)
    }

    /// An error about the value at a path, for what is wrong in meaning. The message says what is wrong there.
    pub fn error_at(&self, path: &str, message: impl std::fmt::Display) -> PolicyError {
        PolicyError::new(self.file(), format!("failed to read `{path}`: {message}")).at(self.locate(path))
    }

    /// A node with its type.
    pub(crate) fn typed<T: DeserializeOwned>(&self, node: &Node, at: &Path) -> Result<T, PolicyError> {
        node.typed().map_err(|fault| self.error(at, fault.mark, &fault.message))
    }

    /// Where a mark stands.
    pub(crate) fn place(&self, mark: Mark) -> Option<(u32, u32)> {
        self.sources.get(usize::from(mark.source))?.locate(mark)
    }

    fn error(&self, path: &Path, mark: Option<Mark>, message: &str) -> PolicyError {
        let place = mark.and_then(|mark| self.place(mark));
        let what = if path.0.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
        PolicyError::new(self.file(), format!("failed to read {what}: {message}")).at(place)
    }

    fn file(&self) -> &str {
        self.sources.first().map_or(POLICY_FILE, |source| source.file.as_str())
    }

    fn mark(&self, path: &Path) -> Option<Mark> {
        let mut node = &self.root;
        let mut mark = node.mark;
        for step in &path.0 {
            let key_mark;
            (node, key_mark) = match (step, &node.value) {
                (Step::Key(key), Value::Map(entries)) => {
                    let entry = entries.iter().find(|entry| entry.key == *key)?;
                    (&entry.value, Some(entry.mark))
                }
                (Step::Item(index), Value::List(items)) => (items.get(*index)?, None),
                _ => return None,
            };
            mark = match (&node.value, key_mark) {
                (Value::Map(_) | Value::List(_) | Value::Null, Some(key)) => key,
                _ => node.mark,
            };
        }
        Some(mark)
    }
}
