//! What switches code on for every build: the default features of a package, flags of build scripts and of cargo's
//! configuration. A change of them touches no test, and may keep many from running.

use std::collections::BTreeSet;

use serde_json::Value;
use source::{Change, Tree};

use crate::facts::{When, said_to_cargo};
use crate::manifest::{self, declares, reached_by_default};
use crate::predicate::Atom;

/// One switch that head has otherwise than the base.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Switch {
    /// The folder in which it counts, with `/` at the end; empty where that is everywhere.
    pub(crate) folder: String,
    pub(crate) atom: Atom,
    /// Whether head switches it on.
    pub(crate) is_on: bool,
    /// Whether nobody can switch it back by an option alone.
    pub(crate) is_fixed: bool,
    /// The variable of the environment by which a build script goes at head, and whether it must be set.
    pub(crate) variable: Option<(String, bool)>,
}

impl Switch {
    /// The feature or the flag.
    pub(crate) fn name(&self) -> &str {
        self.atom.value.as_deref().unwrap_or(&self.atom.key)
    }
}

/// All that differ.
pub(crate) fn switched(change: &Change, base: &Tree) -> Vec<Switch> {
    let (mut was, mut is) = (BTreeSet::new(), BTreeSet::new());
    for file in &change.files {
        let text = |tree: &Tree, path: &str| tree.text(path).unwrap_or_default();
        let before = change.base_path(&file.path);
        if kind(&file.path).is_none() && kind(before).is_none() {
            continue;
        }
        let (before, after) = (text(base, before), text(&change.head, &file.path));
        if matches!(kind(&file.path), Some(Kind::Script)) {
            let (before, after) = set_by_scripts(&file.path, &before, &after);
            was.extend(before);
            is.extend(after);
            continue;
        }
        was.extend(set_by(&file.path, &before, &after));
        is.extend(set_by(&file.path, &after, &after));
        let (built, builds) = (script(base, &file.path, &before), script(&change.head, &file.path, &after));
        if matches!(kind(&file.path), Some(Kind::Manifest)) && built != builds {
            let of = |tree: &Tree, path: Option<String>| {
                path.map_or(String::new(), |path| text(tree, &path).to_string())
            };
            let (before, after) = set_by_scripts(&file.path, &of(base, built), &of(&change.head, builds));
            was.extend(before);
            is.extend(after);
        }
    }
    let elsewhere =
        |all: &BTreeSet<Switch>, switch: &Switch| all.iter().any(|other| other.atom == switch.atom);
    let lost = was.iter().filter(|switch| !elsewhere(&is, switch));
    let lost = lost.cloned().map(|switch| Switch { is_on: false, ..switch });
    let gained = is.iter().filter(|switch| !elsewhere(&was, switch)).cloned();
    lost.chain(gained).collect()
}

enum Kind {
    Manifest,
    Script,
    Configuration,
}

fn kind(path: &str) -> Option<Kind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "Cargo.toml" => Some(Kind::Manifest),
        "build.rs" => Some(Kind::Script),
        "config.toml" | "config" if folder == ".cargo" || folder.ends_with("/.cargo") => {
            Some(Kind::Configuration)
        }
        _ => None,
    }
}

/// The build script of the package of a manifest.
fn script(tree: &Tree, manifest: &str, text: &str) -> Option<String> {
    let folder = manifest.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let read = manifest::read(text).unwrap_or_default();
    let path = match read.pointer("/package/build") {
        Some(Value::Bool(false)) => return None,
        Some(Value::String(path)) => format!("{folder}{path}"),
        _ => format!("{folder}build.rs"),
    };
    tree.contains(&path).then_some(path)
}

/// What the build script of the package in a folder switches on, at base and at head. It may do so in some builds only; where it
/// did in all of them, those do not count.
fn set_by_scripts(path: &str, before: &str, after: &str) -> (Vec<Switch>, Vec<Switch>) {
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let (was, is) = (flags_of_script(before), flags_of_script(after));
    let always = |flags: &[(Atom, When)], atom: &Atom| flags.contains(&(atom.clone(), When::Always));
    let is_silent = !heard(after).iter().any(|(text, _)| text.contains(FLAG));
    let still_written: BTreeSet<Atom> = flags(after, FLAG, "//").into_iter().collect();
    let switch = |(atom, _): &(Atom, When)| {
        let now = is.iter().find(|(other, _)| other == atom).map(|(_, when)| when);
        let variable = match now {
            Some(When::Variable { name, is_set }) => Some((name.clone(), *is_set)),
            _ => None,
        };
        let is_fixed = is_silent || now.is_none() && still_written.contains(atom);
        Switch { folder: folder.clone(), atom: atom.clone(), is_on: true, is_fixed, variable }
    };
    let stays = |(atom, when): &&(Atom, When)| *when == When::Always || !always(&was, atom);
    (was.iter().map(switch).collect(), is.iter().filter(stays).map(switch).collect())
}

/// What stands in front of a flag in what a build script tells cargo.
const FLAG: &str = "rustc-cfg=";

/// What a build script tells cargo; all of it, where it cannot be read.
fn heard(text: &str) -> Vec<(String, When)> {
    if !has(text, FLAG) {
        return Vec::new();
    }
    said_to_cargo(text).unwrap_or_else(|| vec![(text.to_owned(), When::Always)])
}

fn flags_of_script(text: &str) -> Vec<(Atom, When)> {
    let of = |(text, when): (String, When)| {
        flags(&text, FLAG, "//").into_iter().map(move |atom| (atom, when.clone()))
    };
    heard(text).into_iter().flat_map(of).collect()
}

/// What a file switches on, where head has it as `now`.
fn set_by(path: &str, text: &str, now: &str) -> Vec<Switch> {
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let switch =
        |atom, is_fixed| Switch { folder: folder.clone(), atom, is_on: true, is_fixed, variable: None };
    match kind(path) {
        Some(Kind::Manifest) => {
            let read = |text: &str| manifest::read(text).unwrap_or_default();
            let (manifest, now) = (read(text), read(now));
            let feature = |name: String| {
                let is_fixed = !declares(&now, &name);
                switch(Atom { key: "feature".to_owned(), value: Some(name) }, is_fixed)
            };
            defaults(&manifest).into_iter().map(feature).collect()
        }
        Some(Kind::Configuration) => {
            let folder = folder.strip_suffix(".cargo/").unwrap_or_default().to_owned();
            let all = flags(text, "--cfg", "#").into_iter();
            all.map(|atom| Switch { folder: folder.clone(), ..switch(atom, true) }).collect()
        }
        Some(Kind::Script) | None => Vec::new(),
    }
}

fn defaults(manifest: &Value) -> BTreeSet<String> {
    let features = manifest.get("features").and_then(Value::as_object);
    let names = features.into_iter().flat_map(|features| features.keys().cloned());
    let reached = reached_by_default(manifest);
    names.filter(|name| name != "default" && reached.contains(name)).collect()
}

fn has(text: &str, mark: &str) -> bool {
    text.lines().any(|line| line.contains(mark))
}

/// The flags behind a mark: `rustc-cfg=slow`, `--cfg slow`, `--cfg=feature="slow"`, `"--cfg", "slow"`.
fn flags(text: &str, mark: &str, comment: &str) -> Vec<Atom> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with(comment))
        .fold(String::new(), |code, line| code + line + "\n");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let word = |text: &str| text.chars().take_while(|c| is_name(*c)).collect::<String>();
    let read = |rest: &str| {
        let rest = rest.trim_start_matches(['=', '"', '\'', ',', ' ', '\n']);
        let key = word(rest);
        let value = rest[key.len()..]
            .strip_prefix('=')
            .map(|value| word(value.trim_start_matches(['\\', '"', '\''])));
        (!key.is_empty()).then_some(Atom { key, value })
    };
    code.split(mark).skip(1).filter_map(read).collect()
}

/// Whether a text has a word that is no part of a longer one.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_all_their_forms() {
        let check = |text: &str, mark: &str, comment: &str, expected: &[&str]| {
            let shown = |atom: Atom| match atom.value {
                Some(value) => format!("{}={value}", atom.key),
                None => atom.key,
            };
            let found: Vec<String> = flags(text, mark, comment).into_iter().map(shown).collect();
            assert_eq!(found, expected, "{text}");
        };
        let script = |text: &str, expected: &[&str]| check(text, "rustc-cfg=", "//", expected);
        script("println!(\"cargo:rustc-cfg=slow\");", &["slow"]);
        script("println!(\"cargo::rustc-cfg=a=\\\"b\\\"\");\n// println!(\"cargo:rustc-cfg=c\");", &["a=b"]);
        script("println!(\"cargo:rustc-check-cfg=cfg(slow)\"); println!(\"cargo:rustc-cfg={name}\");", &[]);
        let config = |text: &str, expected: &[&str]| check(text, "--cfg", "#", expected);
        config("rustflags = [\"--cfg\", \"slow\", \"--cfg=tokio_unstable\"]", &["slow", "tokio_unstable"]);
        config("rustflags = \"--cfg slow --check-cfg cfg(x)\"\n# --cfg old", &["slow"]);
        config("rustflags = ['--cfg', 'feature=\"a\"']", &["feature=a"]);
    }
}
