//! Whether every key of a document is one that the schema knows.

use crate::cursor::Cursor;
use crate::near::did_you_mean;
use crate::path::Path;
use crate::yaml::{Mark, Node, Value};

/// What the schema does not know, in the order of the file.
pub(crate) struct Unknown {
    pub(crate) path: Path,
    pub(crate) mark: Mark,
    pub(crate) message: String,
}

/// Every key, list and value that the schema has no place for.
pub(crate) fn unknown(root: &Node, cursor: &Cursor<'_>) -> Vec<Unknown> {
    let mut found = Vec::new();
    visit(root, cursor, &Path::default(), &mut found);
    found
}

fn visit(node: &Node, cursor: &Cursor<'_>, path: &Path, found: &mut Vec<Unknown>) {
    let mut refuse = |path: Path, mark, message| found.push(Unknown { path, mark, message });
    match &node.value {
        Value::Null => {}
        Value::Map(_) if !cursor.takes_keys() => {
            refuse(path.clone(), node.mark, format!("a map does not stand here; {}", expected(cursor)));
        }
        Value::Map(entries) => {
            for entry in entries {
                let (below, path) = (cursor.key(&entry.key), path.key(&entry.key));
                if below.is_unknown() {
                    found.push(Unknown {
                        path,
                        mark: entry.mark,
                        message: not_known(&entry.key, &cursor.words()),
                    });
                } else {
                    visit(&entry.value, &below, &path, found);
                }
            }
        }
        Value::List(items) => {
            let below = cursor.item();
            if below.is_unknown() {
                return refuse(
                    path.clone(),
                    node.mark,
                    format!("a list does not stand here; {}", expected(cursor)),
                );
            }
            for (index, item) in items.iter().enumerate() {
                visit(item, &below, &path.item(index), found);
            }
        }
        _ if cursor.here().is_none() => {
            refuse(
                path.clone(),
                node.mark,
                format!("a single value does not stand here; {}", expected(cursor)),
            );
        }
        _ => {}
    }
}

fn not_known(key: &str, words: &[&str]) -> String {
    let meant = did_you_mean(key, words.iter().copied());
    format!("unknown key; expected {}{meant}", quoted(words))
}

/// What may stand at a value that is no map, or where none may stand.
fn expected(cursor: &Cursor<'_>) -> String {
    let words = cursor.words();
    match cursor.here() {
        _ if !words.is_empty() => format!("expected a map with the keys {}", quoted(&words)),
        _ if cursor.takes_keys() => "expected a map whose keys are names: `NAME: ..`".to_owned(),
        Some(key) => format!("expected {}", key.shape),
        None => "expected a list: `[..]`, or a line `- ..` for each item".to_owned(),
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
