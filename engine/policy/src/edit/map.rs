//! Entries of maps that are written in lines of their own.

use super::lines::{behind_line, block_end, indent, line_at, with_comment_above};
use super::list::insert_line;
use super::{Edited, misunderstood, path_of};
use crate::path::{Path, Step};
use crate::yaml::{Node, Value, yaml};
use crate::{Document, POLICY_FILE, PolicyError};

/// Adds an entry behind the others to the map at a path, with the maps above it where they are missing. The value is
/// YAML, not indented; its comments are kept.
///
/// # Errors
/// Where the map has the key already, where the map is written between braces, and where something else than a map
/// stands at the path.
pub fn add_entry(text: &str, path: &str, key: &str, value: &str) -> Result<String, PolicyError> {
    let path = path_of(path)?;
    let edited = Edited::read(text)?;
    if edited.node(&path).is_some_and(|map| map.get(key).is_some()) {
        return Err(misunderstood(&path, &format!("it has an entry `{key}` already")));
    }
    let meant = Document::of_file(POLICY_FILE, value)?.root;
    let lines = nested(key, value.lines().map(str::to_owned).collect());
    let new = with_lines(&edited, &path, lines)?;
    edited.meant(new, &path.key(key), Some(meant))
}

/// The value of an entry as it is written, not indented, with its comments: what [`add_entry`] takes. `None` where
/// there is no such entry in lines of its own.
pub fn entry(text: &str, path: &str, key: &str) -> Option<String> {
    let path = path_of(path).ok()?;
    let edited = Edited::read(text).ok()?;
    edited.node(&path)?.get(key)?;
    let at = key_start(&edited, &path.key(key)).ok()?;
    let lines = text.get(behind_line(text, at)..block_end(text, at))?;
    let depth = lines.lines().filter(|line| !line.trim().is_empty()).map(indent).min()?;
    let line = |line: &str| format!("{}\n", line.get(depth..).unwrap_or_default());
    Some(lines.lines().map(line).collect())
}

/// Takes an entry out of the map at a path, with the comment right above it, and the map itself where nothing is left in
/// it. Without the entry the text stays as it is.
///
/// # Errors
/// Where the map is written between braces.
pub fn remove_entry(text: &str, path: &str, key: &str) -> Result<String, PolicyError> {
    let path = path_of(path)?;
    let edited = Edited::read(text)?;
    let Some(map) = edited.node(&path).filter(|map| map.get(key).is_some()) else {
        return Ok(text.to_owned());
    };
    if let (1, Some((Step::Key(last), above))) = (map.entries().len(), path.0.split_last()) {
        return remove_entry(text, &Path(above.to_vec()).to_string(), last);
    }
    let at = key_start(&edited, &path.key(key))?;
    let range = with_comment_above(text, at)..block_end(text, at);
    let new = format!("{}{}", &text[..range.start], &text[range.end..]);
    edited.meant(new, &path.key(key), None)
}

/// The text with lines behind the last entry of the map at a path.
fn with_lines(edited: &Edited<'_>, path: &Path, lines: Vec<String>) -> Result<String, PolicyError> {
    let text = edited.text;
    let last = edited.node(path).and_then(|map| map.entries().last());
    match (edited.node(path), last) {
        (_, Some(last)) => {
            let at = key_start(edited, &path.key(&last.key))?;
            let depth = at - line_at(text, at).0;
            Ok(insert_line(text, block_end(text, at), &indented(&lines, depth)))
        }
        (None | Some(Node { value: Value::Null, .. }), None) => match path.0.split_last() {
            None => Ok(insert_line(text, text.len(), &indented(&lines, 0))),
            Some((Step::Key(_), _)) if edited.node(path).is_some() => {
                let at = key_start(edited, path)?;
                let depth = at - line_at(text, at).0 + 2;
                Ok(insert_line(text, block_end(text, at), &indented(&lines, depth)))
            }
            Some((Step::Key(key), above)) => {
                let gap = if above.is_empty() && !text.trim().is_empty() {
                    vec![String::new()]
                } else {
                    Vec::new()
                };
                let lines = gap.into_iter().chain(nested(key, lines)).collect();
                with_lines(edited, &Path(above.to_vec()), lines)
            }
            Some((Step::Item(_), _)) => Err(misunderstood(path, "it is not there")),
        },
        _ => Err(misunderstood(path, "it is no map")),
    }
}

/// Where a key begins that has a line of its own.
fn key_start(edited: &Edited<'_>, path: &Path) -> Result<usize, PolicyError> {
    let at = edited.start(path)?;
    let (from, line) = line_at(edited.text, at);
    let key_at = from + indent(line);
    let key = match path.0.last() {
        Some(Step::Key(key)) => key,
        _ => return Err(misunderstood(path, "it is not there")),
    };
    let begins = line
        .trim_start()
        .split(':')
        .next()
        .is_some_and(|word| yaml::<String>("", word).is_ok_and(|word| word == *key));
    match begins {
        true => Ok(key_at),
        false => Err(misunderstood(path, "it has no line of its own")),
    }
}

/// A key above lines.
fn nested(key: &str, lines: Vec<String>) -> Vec<String> {
    let below = lines.into_iter().map(|line| if line.is_empty() { line } else { format!("  {line}") });
    std::iter::once(format!("{key}:")).chain(below).collect()
}

fn indented(lines: &[String], depth: usize) -> String {
    let line =
        |line: &String| if line.is_empty() { String::new() } else { format!("{}{line}", " ".repeat(depth)) };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
