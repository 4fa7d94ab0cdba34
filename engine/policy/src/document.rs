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
        let document = Document::read(file, text, schema)?;
        document.check(schema)?;
        Ok(document)
    }

    /// The same without what the sections' own checks refuse, which [`check`](Self::check) does: for who keeps that they
    /// refused nothing in this text.
    pub fn read(file: &str, text: &str, schema: &Schema) -> Result<Document, PolicyError> {
        let source = Arc::new(Source::new(file, text));
        let root = yaml::read(&source)?;
        let mut document = Document { root, sources: vec![source] };
        let table = Table::of(schema);
        if let Some(unknown) = check::unknown(&document.root, &table.root()).into_iter().next() {
            return Err(document.error(&unknown.path, Some(unknown.mark), &unknown.message));
        }
        document.root = document.root.without_nulls();
        Ok(document)
    }

    /// Refuses what the sections' own checks refuse.
    pub fn check(&self, schema: &Schema) -> Result<(), PolicyError> {
        Settings::read(self)?;
        schema.sections.iter().try_for_each(|section| (section.check)(self))
    }

    /// Reads the base's policy. What this version of the judge does not know is left out and told: a key that an
    /// upgrade took away must not bar the way to its removal.
    pub fn parse_base(
        file: &str,
        text: &str,
        schema: &Schema,
    ) -> Result<(Document, Vec<PolicyError>), PolicyError> {
        let source = Arc::new(Source::new(file, text));
        let root = yaml::read(&source)?;
        let mut document = Document { root, sources: vec![source] };
        let unknown = check::unknown(&document.root, &Table::of(schema).root());
        let left_out =
            unknown.iter().map(|key| document.error(&key.path, Some(key.mark), &key.message)).collect();
        // From the last to the first, so that the places of items stay what they were.
        for key in unknown.iter().rev() {
            document.root.remove(&key.path.0);
        }
        document.root = document.root.without_nulls();
        Ok((document, left_out))
    }

    /// Reads a YAML file that is no policy, for whoever must name places in it: limited and without duplicate keys,
    /// whatever its keys are. [`Document::whole`] gives it its type.
    pub fn of_file(file: &str, text: &str) -> Result<Document, PolicyError> {
        let source = Arc::new(Source::new(file, text));
        Ok(Document { root: yaml::read(&source)?, sources: vec![source] })
    }

    /// The whole document with its type.
    pub fn whole<T: DeserializeOwned>(&self) -> Result<T, PolicyError> {
        self.root.typed().map_err(|fault| self.error(&Path::default(), fault.mark, &fault.message))
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
        node.typed().map_err(|fault| {
            let below = fault.mark.and_then(|mark| self.root.path_to(mark, &Path::default()));
            self.error(below.as_ref().unwrap_or(at), fault.mark, &fault.message)
        })
    }

    /// Where a mark stands.
    pub(crate) fn place(&self, mark: Mark) -> Option<(u32, u32)> {
        self.sources.get(usize::from(mark.source))?.locate(mark)
    }

    pub(crate) fn error(&self, path: &Path, mark: Option<Mark>, message: &str) -> PolicyError {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, Key, Section};

    #[derive(Debug, Default, serde::Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Arch {
        layers: Vec<Layer>,
        limits: std::collections::BTreeMap<String, u32>,
    }

    #[derive(Debug, Default, serde::Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Layer {
        name: String,
        members: Vec<String>,
    }

    const fn key(path: &'static str) -> Key {
        Key::new(path, "anything", "none", Direction::Free, "For tests.")
    }

    static SCHEMA: Schema = Schema {
        sections: &[Section {
            name: "arch",
            keys: &[key("layers[].name"), key("layers[].members[]"), key("limits.*"), key("open.**")],
            check: |document| {
                let arch = document.section::<Arch>("arch")?;
                match arch.layers.iter().position(|layer| layer.name.is_empty()) {
                    Some(at) => Err(document.error_at(&format!("arch.layers[{at}]"), "a layer needs a name")),
                    None => Ok(()),
                }
            },
        }],
    };

    const TEXT: &str = "# head\narch:\n  layers:\n    - name: web\n      members: [a, \"b.c\"]\n    - name: core\n  limits:\n    so.so: 3\n";

    fn read(text: &str) -> Result<Document, String> {
        Document::parse(POLICY_FILE, text, &SCHEMA).map_err(|error| error.to_string())
    }

    #[test]
    fn a_section_has_its_type_and_its_default() {
        let arch: Arch =
            read(TEXT).and_then(|it| it.section("arch").map_err(|e| e.to_string())).expect("good");
        assert_eq!((arch.layers.len(), arch.limits["so.so"]), (2, 3));
        for text in ["", "arch:\n", "mode: observe\n"] {
            assert_eq!(read(text).expect("good").section("arch"), Ok(Arch::default()));
        }
        assert_eq!(Document::empty().section("arch"), Ok(Arch::default()));
    }

    #[test]
    fn every_value_can_be_located() {
        let document = read(TEXT).expect("good");
        for (path, expected) in [
            ("arch", (2, 1)),
            ("arch.layers", (3, 3)),
            ("arch.layers[0]", (4, 7)),
            ("arch.layers[0].name", (4, 13)),
            ("arch.layers[0].members", (5, 7)),
            ("arch.layers[0].members[1]", (5, 20)),
            ("arch.layers[1].name", (6, 13)),
            ("arch.limits[\"so.so\"]", (8, 12)),
        ] {
            assert_eq!(document.locate(path), Some(expected), "{path}");
        }
        for path in ["arch.layers[2]", "arch.layers.name", "nothing", "arch..x"] {
            assert_eq!(document.locate(path), None, "{path}");
        }
    }

    #[test]
    fn what_is_wrong_in_shape_or_meaning_has_a_place() {
        for (text, expected) in [
            (
                "arch:\n  layers:\n    - members: [a]\n",
                "3:7: failed to read `arch.layers[0]`: a layer needs a name",
            ),
            (
                "arch:\n  layers:\n    - name: [a]\n",
                "3:13: failed to read `arch.layers[0].name`: a list does not stand here; expected a text",
            ),
            (
                "arch:\n  limits:\n    a: many\n",
                "3:8: failed to read `arch.limits.a`: invalid type: string \"many\", expected u32",
            ),
            (
                "arch:\n  layer: []\n",
                "2:3: failed to read `arch.layer`: unknown key; expected `layers`, `limits`, `open`; did you mean `layers`?",
            ),
            (
                "arch:\n  layer:\n",
                "2:3: failed to read `arch.layer`: unknown key; expected `layers`, `limits`, `open`; did you mean `layers`?",
            ),
            (
                "arch: [\n",
                "2:1: failed to read the file: did not find expected node content, while parsing a flow node",
            ),
            (
                "levels:\n<<<<<<< ours\n  a: note\n=======\n  a: error\n>>>>>>> theirs\n",
                "2:1: failed to read the file: it holds conflict markers (line 2); finish the merge",
            ),
        ] {
            assert_eq!(read(text).expect_err("must be refused"), format!("gatefold.yaml:{expected}"));
        }
    }
}
