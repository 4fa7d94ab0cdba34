//! Additions to a YAML file and removals from it, in its text: what stands around them keeps its order, its comments and
//! its style.
//!
//! Each edit is read back and compared with what was meant, so that a style that is not understood is an error, never
//! a file that says something else.

mod lines;
mod list;
mod map;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::PolicyError;
use crate::path::{Path, Step};
use crate::yaml::{self, Node, Source, Value};
use crate::{Document, POLICY_FILE};

pub use list::{add_item, remove_block, remove_item};
pub use map::{add_entry, entry, remove_entry};

/// A text that is edited, as it was read.
struct Edited<'t> {
    text: &'t str,
    document: Document,
}

impl<'t> Edited<'t> {
    fn read(text: &'t str) -> Result<Edited<'t>, PolicyError> {
        Ok(Edited { text, document: Document::of_file(POLICY_FILE, text)? })
    }

    /// What stands at a path, if anything does.
    fn node(&self, path: &Path) -> Option<&Node> {
        path.0.iter().try_fold(&self.document.root, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Item(index) => node.items().get(*index),
        })
    }

    /// Where the value at a path begins, in bytes: for lists and maps their key, as [`Document::locate`] has it.
    fn start(&self, path: &Path) -> Result<usize, PolicyError> {
        let place = self.document.locate(&path.to_string());
        let (line, column) = place.ok_or_else(|| misunderstood(path, "it has no place"))?;
        let from: usize = self.text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
        let into: usize = self.text[from..].chars().take(column as usize - 1).map(char::len_utf8).sum();
        Ok(from + into)
    }

    /// The new text, if it says what is meant and nothing else.
    fn meant(&self, new: String, path: &Path, value: Option<Node>) -> Result<String, PolicyError> {
        let mut meant = self.document.root.clone();
        put(&mut meant, &path.0, value);
        let source = Arc::new(Source::new(POLICY_FILE, new.clone()));
        match yaml::read(&source) {
            Ok(read) if read.clone().without_nulls() == meant.without_nulls() => Ok(new),
            _ => Err(misunderstood(path, "edit it by hand")),
        }
    }
}

fn path_of(text: &str) -> Result<Path, PolicyError> {
    Path::parse(text)
        .ok_or_else(|| PolicyError::new(POLICY_FILE, format!("failed to edit `{text}`: it is no path")))
}

fn misunderstood(path: &Path, what: &str) -> PolicyError {
    PolicyError::new(POLICY_FILE, format!("failed to edit `{path}` without writing the file anew: {what}"))
}

/// Puts a value where a path leads, or takes out what is there. Maps on the way are made where they are missing.
fn put(node: &mut Node, path: &[Step], value: Option<Node>) {
    let Some((step, rest)) = path.split_first() else {
        *node = value.unwrap_or_else(Node::absent);
        return;
    };
    if node.is_null() {
        node.value = Value::Map(Vec::new());
    }
    match (step, &mut node.value) {
        (Step::Item(index), Value::List(items)) => {
            if let Some(item) = items.get_mut(*index) {
                put(item, rest, value);
            }
        }
        (Step::Key(key), Value::Map(entries)) => {
            if rest.is_empty() && value.is_none() {
                entries.retain(|entry| entry.key != *key);
                return;
            }
            let at = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
                let mark = node.mark;
                entries.push(yaml::Entry { key: key.clone(), mark, value: Node::absent() });
                entries.len() - 1
            });
            put(&mut entries[at].value, rest, value);
        }
        _ => {}
    }
}
