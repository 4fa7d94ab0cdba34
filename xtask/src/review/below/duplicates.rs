//! New functions that do what another one does already: helpers that nobody found.

use std::collections::{HashMap, HashSet};

use source::{Code, Part};

use super::Block;
use super::changed::{Changed, is_code};
use crate::review::wording::things;

/// The most files in which the other one is looked for.
const MAX_FILES: usize = 20_000;

/// New functions of which head has another one with the same parameters and the same body, variables' names aside.
pub(super) fn block(head: &Code, changed: &Changed<'_>) -> Block {
    let (anchor, title) = ("duplicates", "Duplicate helpers");
    let new: Vec<(&Part, u64)> = changed
        .parts
        .iter()
        .filter(|(_, before)| before.is_none())
        .filter_map(|(part, _)| Some((*part, shape(part)?)))
        .collect();
    if new.is_empty() {
        return Block::of(
            anchor,
            title,
            Vec::new(),
            "no new function says enough to be another's double".to_owned(),
        );
    }
    let files = head.files().iter().filter(|info| is_code(info)).count();
    if files > MAX_FILES {
        let why = format!(
            "there are {files} files of code, more than the {MAX_FILES} in which another is looked for"
        );
        return Block::unseen(anchor, title, why);
    }
    let all = head.parts(&is_code);
    let mut alike: HashMap<u64, Vec<&Part>> = HashMap::new();
    for (part, shape) in all.iter().filter_map(|part| Some((part, shape(part)?))) {
        alike.entry(shape).or_default().push(part);
    }
    let added: HashSet<Place<'_>> = new.iter().map(|(part, _)| place(part)).collect();
    let lines = new.iter().filter_map(|(part, shape)| line(part, alike.get(shape)?, &added)).collect();
    let looked = format!(
        "{} held against {}; methods, tests and bodies of a few words are left out, and names of variables do not count",
        things(new.len(), "new function"),
        things(alike.values().map(Vec::len).sum(), "function")
    );
    Block::of(anchor, title, lines, looked)
}

/// What is compared of a function that another could stand for: what has a `self` belongs to its type.
fn shape(part: &Part) -> Option<u64> {
    let is_of_a_type = part.words.contains_key("self") || part.words.contains_key("Self");
    part.shape.filter(|_| !part.in_test && !is_of_a_type)
}

/// Where a function stands.
type Place<'p> = (&'p str, u32, u32);

fn place(part: &Part) -> Place<'_> {
    (part.file.as_str(), part.line, part.column)
}

/// What one function is the double of; of new ones that are doubles of each other, the first is not told.
fn line(part: &Part, alike: &[&Part], added: &HashSet<Place<'_>>) -> Option<String> {
    let others: Vec<&&Part> = alike.iter().filter(|other| place(other) != place(part)).collect();
    let was_there = |other: &&&Part| !added.contains(&place(other));
    let first = others.iter().find(|other| was_there(other)).or_else(|| others.first())?;
    if !was_there(first) && place(part) < place(first) {
        return None;
    }
    let more = match others.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let told = |part: &Part| format!("`{}` in `{}:{}`", part.path, part.file, part.line);
    Some(format!("{} does what {} does{more}", told(part), told(first)))
}
