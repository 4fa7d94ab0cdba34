//! Files that list the keys of flags, in YAML or JSON.

use std::collections::BTreeMap;

use globset::GlobSet;
use policy::{Document, Today};
use serde::Deserialize;
use serde::de::IgnoredAny;
use source::Tree;

use crate::Error;

/// What the registries list.
#[derive(Debug, Default)]
pub struct Registry {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    path: String,
    /// The folder of the package that it belongs to; `None` where it belongs to all.
    package: Option<String>,
    keys: BTreeMap<String, Option<String>>,
}

/// When a flag ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// The last day, as `2026-11-20`.
    pub date: String,
    /// The registry that says so.
    pub file: String,
}

impl Registry {
    /// The files that it was read from.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }

    /// Whether code in a file may read a key.
    pub fn lists(&self, path: &str, key: &str) -> bool {
        self.known_to(path).any(|file| file.keys.contains_key(key))
    }

    /// When what code in a file reads is over; the latest where several files say so, `None` where one knows no end.
    pub fn expiry(&self, path: &str, key: &str) -> Option<Expiry> {
        let listed: Vec<_> =
            self.known_to(path).filter_map(|file| Some((file, file.keys.get(key)?.as_ref()))).collect();
        let ends: Option<Vec<Expiry>> = listed
            .into_iter()
            .map(|(file, date)| date.map(|date| Expiry { date: date.clone(), file: file.path.clone() }))
            .collect();
        ends?.into_iter().max_by(|one, other| one.date.cmp(&other.date))
    }

    /// The key that is nearest to one that is not listed, where they are hardly apart.
    pub fn nearest(&self, path: &str, key: &str) -> Option<&str> {
        let plain = |text: &str| text.to_lowercase().replace(['_', '.', ' '], "-");
        let wanted = plain(key);
        let mut keys = self.known_to(path).flat_map(|file| file.keys.keys());
        keys.find(|known| is_near(&plain(known), &wanted)).map(String::as_str)
    }

    /// The registries of the package that a file belongs to, with those of all; of a file of no such package, all.
    fn known_to(&self, path: &str) -> impl Iterator<Item = &File> {
        let is_own = |file: &File| file.package.as_deref().is_some_and(|package| is_below(path, package));
        let has_own = self.files.iter().any(is_own);
        self.files.iter().filter(move |file| !has_own || file.package.is_none() || is_own(file))
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether one text becomes the other by one letter more, less or other.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[same..], &other[same..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    one.len() - end <= 1 && other.len() - end <= 1
}

/// A list of names or of what has one, or a map by name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    List(Vec<Entry>),
    Map(BTreeMap<String, Value>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Key(String),
    Flag(Flag),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    List(Vec<Flag>),
    Flag(Flag),
    Other(IgnoredAny),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Flag {
    key: Option<String>,
    name: Option<String>,
    expires: Option<String>,
    arms: Vec<Arm>,
}

/// Of an experiment: what its parameters are called.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Arm {
    parameters: BTreeMap<String, IgnoredAny>,
}

/// Reads every registry of a tree.
pub(super) fn read(tree: &Tree, listed: &GlobSet) -> Result<Registry, Error> {
    let mut files = Vec::new();
    for path in tree.paths().filter(|path| listed.is_match(path)) {
        let text = tree.text(path).map_err(|error| Error::Unread(path.to_owned(), error))?;
        files.push(File { path: path.to_owned(), package: package(tree, path), keys: keys(path, &text)? });
    }
    Ok(Registry { files })
}

/// The folder of a registry where that is a package's.
fn package(tree: &Tree, path: &str) -> Option<String> {
    let folder = path.rsplit_once('/')?.0;
    tree.contains(&format!("{folder}/Cargo.toml")).then(|| folder.to_owned())
}

fn keys(path: &str, text: &str) -> Result<BTreeMap<String, Option<String>>, Error> {
    let document = Document::of_file(path, text)?;
    // A file without a word lists no flag yet.
    let written: Option<Written> = document.whole()?;
    let flags: Vec<(Option<String>, Flag)> = match written.unwrap_or(Written::List(Vec::new())) {
        Written::List(entries) => entries
            .into_iter()
            .map(|entry| match entry {
                Entry::Key(key) => (Some(key), Flag::default()),
                Entry::Flag(flag) => (flag.key.clone().or_else(|| flag.name.clone()), flag),
            })
            .collect(),
        Written::Map(entries) => entries
            .into_iter()
            .map(|(key, value)| match value {
                Value::List(flags) if !flags.is_empty() => {
                    let message = "a list of flags stands at the top of the file, under no name";
                    Err(document.error_at(&key, message))
                }
                Value::Flag(flag) => Ok((Some(key), flag)),
                Value::List(_) | Value::Other(_) => Ok((Some(key), Flag::default())),
            })
            .collect::<Result<_, _>>()?,
    };
    let mut keys = BTreeMap::new();
    for (index, (key, flag)) in flags.into_iter().enumerate() {
        if key.is_none() {
            let message = "a flag has neither `key` nor `name`";
            return Err(document.error_at(&format!("[{index}]"), message).into());
        }
        if let Some(date) = flag.expires.as_deref().filter(|date| Today::on(date).is_none()) {
            let key = key.unwrap_or_default();
            return Err(document.error_at(&key, format!("`{date}` is no date like 2026-11-20")).into());
        }
        for arm in flag.arms {
            keys.extend(arm.parameters.into_keys().map(|parameter| (parameter, None)));
        }
        keys.extend(key.map(|key| (key, flag.expires)));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>)]) {
        let found = keys("flags.yaml", text).expect("it is read");
        let found: Vec<_> = found.iter().map(|(key, ends)| (key.as_str(), ends.as_deref())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_registry_is_a_list_or_a_map() {
        check("[b, a]", &[("a", None), ("b", None)]);
        check("- key: a\n  expires: 2026-11-20\n- name: b\n", &[("a", Some("2026-11-20")), ("b", None)]);
        check(
            "a: 0.5\nb: { expires: 2026-11-20, owner: us }\nc:\n",
            &[("a", None), ("b", Some("2026-11-20")), ("c", None)],
        );
    }

    #[test]
    fn a_registry_may_be_empty() {
        for text in ["", "# none yet\n", "---\n", "[]", "{}", "null\n"] {
            check(text, &[]);
        }
    }

    #[test]
    fn an_experiment_lists_its_parameters() {
        let text = "- name: e\n  arms:\n    - name: wide\n      parameters: { penalty: 0.5, cap: 1 }\n    - name: control\n";
        check(text, &[("cap", None), ("e", None), ("penalty", None)]);
    }

    #[test]
    fn what_is_no_registry_is_an_error() {
        for (text, said) in [
            ("- { expires: soon, key: a }", "`soon` is no date"),
            ("flags:\n- name: a\n", "stands at the top of the file"),
            ("- nam: a\n", "neither `key` nor `name`"),
            ("3", ""),
            ("a: {", ""),
        ] {
            let error = keys("flags.yaml", text).expect_err(text);
            assert!(error.to_string().contains(said), "{text}: {error}");
        }
    }

    #[test]
    fn a_key_is_near_by_one_letter() {
        let mut registry = Registry::default();
        let keys = [("artist-penalty".to_owned(), None)].into();
        registry.files.push(File { path: "flags.yaml".to_owned(), package: None, keys });
        assert_eq!(registry.nearest("a.rs", "artist_penalty"), Some("artist-penalty"));
        assert_eq!(registry.nearest("a.rs", "artist-penalti"), Some("artist-penalty"));
        assert_eq!(registry.nearest("a.rs", "artist-cap"), None);
    }
}
