//! Files that git's configuration leads to: it opens them before it does anything else, or with the first file that it
//! looks at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::regular::read_regular;

/// The most files of a configuration that are read: each may include others.
const MAX_FILES: usize = 100;

/// What a person has below the home folder, beside what [`WITHOUT_BEING_NAMED`] says.
const OF_A_PERSON: [&str; 2] = [".gitconfig", ".config/git/config"];
const OF_THE_SYSTEM: &str = "/etc/gitconfig";

/// What git opens below the home folder where no configuration names another.
const WITHOUT_BEING_NAMED: [&str; 2] = [".config/git/ignore", ".config/git/attributes"];

/// The first file that git waits for of those that it opens for its configuration, from its own folders on. Paths that are
/// not whole are taken from the checkout's top and from the folder where git runs.
pub(super) fn first(
    git: &[PathBuf],
    folders: [&Path; 2],
    home: Option<&Path>,
    is_waited_for: &dyn Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let mut ahead: Vec<PathBuf> = git.iter().map(|git| git.join("config")).collect();
    ahead.extend(git.iter().map(|git| git.join("config.worktree")));
    ahead.push(OF_THE_SYSTEM.into());
    ahead.extend(home.into_iter().flat_map(|home| OF_A_PERSON.map(|name| home.join(name))));
    let mut read = BTreeSet::new();
    let mut named: Vec<PathBuf> =
        home.into_iter().flat_map(|home| WITHOUT_BEING_NAMED.map(|name| home.join(name))).collect();
    while let Some(file) = ahead.pop() {
        if is_waited_for(&file) {
            return Some(file);
        }
        if read.len() >= MAX_FILES || !read.insert(file.clone()) {
            continue;
        }
        let text = read_regular(&file).unwrap_or_default();
        for (key, value) in values(&String::from_utf8_lossy(&text)) {
            let whole = |folder: &Path| match (value.strip_prefix("~/"), home) {
                (Some(below), Some(home)) => home.join(below),
                _ => folder.join(&value),
            };
            match key {
                Key::Include => ahead.extend(file.parent().map(whole)),
                Key::File => named.extend(folders.map(whole)),
            }
        }
    }
    named.into_iter().find(|file| is_waited_for(file))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    /// Another file of the configuration.
    Include,
    /// Patterns or attributes.
    File,
}

/// What a configuration says that names a file, whatever section it stands in: what is looked at in vain costs nothing.
fn values(text: &str) -> Vec<(Key, String)> {
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    let value = |line: &str| {
        let line = line.trim();
        let line = if line.starts_with('[') { line.split_once(']')?.1 } else { line };
        let (key, value) = line.split_once('=')?;
        let key = match key.trim().to_ascii_lowercase().as_str() {
            "path" => Key::Include,
            "excludesfile" | "attributesfile" => Key::File,
            _ => return None,
        };
        Some((key, unquoted(value.trim())))
    };
    text.lines().filter_map(value).collect()
}

/// A value without its quotes and escapes, up to a comment.
fn unquoted(value: &str) -> String {
    let (mut text, mut is_quoted) = (String::new(), false);
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => is_quoted = !is_quoted,
            '#' | ';' if !is_quoted => break,
            '\\' => text.extend(characters.next()),
            character => text.push(character),
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_file_is_read_however_it_is_written() {
        let check = |text: &str, expected: &[(Key, &str)]| {
            let found = values(text);
            let found: Vec<(Key, &str)> = found.iter().map(|(key, value)| (*key, value.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("[core]\n\tbare = false\n\texcludesFile = /a b\n", &[(Key::File, "/a b")]);
        check("[core] ATTRIBUTESFILE=\"/a;b\" ; why\n", &[(Key::File, "/a;b")]);
        check("[include]\npath = a\\\n/b # why\n", &[(Key::Include, "a/b")]);
        check("[includeIf \"gitdir:~/x\"] path = ../x\\\\y\r\n", &[(Key::Include, "../x\\y")]);
        check("path\n= x\n[path]\n", &[]);
    }
}
