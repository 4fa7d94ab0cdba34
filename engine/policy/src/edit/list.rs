//! Items of lists of words, written in lines of their own or between brackets.

use super::lines::{behind_line, block_end, indent, line_at, with_comment_above};
use super::{Edited, misunderstood, path_of};
use crate::PolicyError;
use crate::path::Path;
use crate::yaml::{Node, Value, yaml};

/// Adds a word to the list at a path: in its place where the list is sorted, else at the end. A list that has the word
/// already stays as it is.
///
/// # Errors
/// Where there is no list at the path, where it is empty, and where its style is not understood.
pub fn add_item(text: &str, path: &str, word: &str) -> Result<String, PolicyError> {
    let path = path_of(path)?;
    let edited = Edited::read(text)?;
    let (list, words) = words(&edited, &path)?;
    if words.contains(&word) {
        return Ok(text.to_owned());
    }
    let sorted = words.is_sorted();
    let at = if sorted { words.partition_point(|other| *other < word) } else { words.len() };
    let written = written(word);
    let new = match at.checked_sub(1) {
        None => {
            let start = edited.start(&path.item(0))?;
            let (from, line) = line_at(text, start);
            let piece = match is_block(text, start) {
                true => format!("{}- {written}\n", " ".repeat(indent(line))),
                false => format!("{written}, "),
            };
            insert(text, if is_block(text, start) { from } else { start }, &piece)
        }
        Some(before) => {
            let start = edited.start(&path.item(before))?;
            let (_, line) = line_at(text, start);
            match is_block(text, start) {
                true => insert_line(
                    text,
                    block_end(text, start),
                    &format!("{}- {written}", " ".repeat(indent(line))),
                ),
                false => insert(text, word_end(text, start), &format!(", {written}")),
            }
        }
    };
    let mut items = list.items().to_vec();
    items.insert(at, Node { mark: list.mark, value: Value::Text(word.to_owned()) });
    edited.meant(new, &path, Some(Node { mark: list.mark, value: Value::List(items) }))
}

/// Takes a word out of the list at a path. A list without it, and a path without a list, stay as they are.
///
/// # Errors
/// Where the list would be empty without the word, and where its style is not understood.
pub fn remove_item(text: &str, path: &str, word: &str) -> Result<String, PolicyError> {
    let path = path_of(path)?;
    let edited = Edited::read(text)?;
    let Ok((list, words)) = words(&edited, &path) else { return Ok(text.to_owned()) };
    let Some(at) = words.iter().position(|other| *other == word) else { return Ok(text.to_owned()) };
    if words.len() == 1 {
        return Err(misunderstood(&path, "nothing would be left in the list"));
    }
    let start = edited.start(&path.item(at))?;
    let range = if is_block(text, start) {
        line_at(text, start).0..behind_line(text, start)
    } else if at + 1 < words.len() {
        start..edited.start(&path.item(at + 1))?
    } else {
        word_end(text, edited.start(&path.item(at - 1))?)..word_end(text, start)
    };
    let new = format!("{}{}", &text[..range.start], &text[range.end..]);
    let mut items = list.items().to_vec();
    items.remove(at);
    edited.meant(new, &path, Some(Node { mark: list.mark, value: Value::List(items) }))
}

/// Takes the item of that number out of the list at a path, where it stands in lines of its own, with the comment right
/// above it.
///
/// # Errors
/// Where there is no such item, and where its style is not understood.
pub fn remove_block(text: &str, path: &str, index: usize) -> Result<String, PolicyError> {
    let path = path_of(path)?;
    let edited = Edited::read(text)?;
    let list = edited.node(&path).ok_or_else(|| misunderstood(&path, "it is not there"))?;
    let mut items = list.items().to_vec();
    if index >= items.len() || items.len() == 1 {
        return Err(misunderstood(&path, "there is no such item, or no other"));
    }
    items.remove(index);
    let start = edited.start(&path.item(index))?;
    let range = with_comment_above(text, start)..block_end(text, start);
    let new = format!("{}{}", &text[..range.start], &text[range.end..]);
    edited.meant(new, &path, Some(Node { mark: list.mark, value: Value::List(items) }))
}

/// The list at a path, which must be one of words.
fn words<'e>(edited: &'e Edited<'_>, path: &Path) -> Result<(&'e Node, Vec<&'e str>), PolicyError> {
    let list = edited.node(path).ok_or_else(|| misunderstood(path, "it is not there"))?;
    let word = |item: &'e Node| match &item.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    match list.items().iter().map(word).collect::<Option<Vec<_>>>() {
        Some(words) if !words.is_empty() => Ok((list, words)),
        _ => Err(misunderstood(path, "it is no list of words")),
    }
}

/// Whether an item stands in a line of its own, behind a dash.
fn is_block(text: &str, start: usize) -> bool {
    let (from, _) = line_at(text, start);
    text[from..start].trim_end().ends_with('-')
}

/// Behind a word that stands between brackets.
fn word_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let quoted = |quote: char| rest[1..].find(quote).map(|end| start + end + 2);
    let end = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(quote),
        _ => rest.find([',', ']', '\n']).map(|end| start + rest[..end].trim_end().len()),
    };
    end.unwrap_or(text.len())
}

/// A word as YAML, in quotes where it would read as something else.
fn written(word: &str) -> String {
    match yaml::<String>("", word) {
        Ok(read) if read == word && !word.contains([':', '#', ',', '[', ']', '{', '}', '*', '&', '!']) => {
            word.to_owned()
        }
        _ => format!("{word:?}"),
    }
}

fn insert(text: &str, at: usize, piece: &str) -> String {
    format!("{}{piece}{}", &text[..at], &text[at..])
}

/// Inserts a line, also behind a last line that does not end.
pub(super) fn insert_line(text: &str, at: usize, line: &str) -> String {
    let open = if at > 0 && !text[..at].ends_with('\n') { "\n" } else { "" };
    format!("{}{open}{line}\n{}", &text[..at], &text[at..])
}
