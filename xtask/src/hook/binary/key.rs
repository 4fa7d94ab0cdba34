//! Which binary a repository asks for: by the sources of its own `xtask` crate at the base, or by version.

use std::collections::BTreeSet;

use findings::digest;
use source::Origin;
use toml_edit::{DocumentMut, Item, TableLike};

/// What is built with the crate, and changes with every dependency of the workspace.
const LOCK: &str = "Cargo.lock";

/// The name of a binary's folder: what it was built from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(String);

/// What a repository asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) key: Key,
    /// The folders and files whose contents the key stands for, from the repository's root; empty where it stands for a
    /// version.
    pub(crate) sources: BTreeSet<String>,
}

impl Key {
    /// The key of a released binary.
    pub(crate) fn of_version(version: &str) -> Key {
        Key(format!("v{version}"))
    }

    /// The key that a folder's name stands for; `None` where it is none.
    pub(crate) fn parse(name: &str) -> Option<Key> {
        let is_digest = name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_version = name.starts_with('v') && name[1..].starts_with(|first: char| first.is_ascii_digit());
        (is_digest || is_version).then(|| Key(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Wanted {
    /// What the base asks for. Nearest upward, the folder `xtask` counts if its package stands on Gatefold; else the
    /// repository asks for a version: this one.
    pub(crate) fn at(origin: &Origin) -> Wanted {
        let prefix = std::path::Path::new(origin.prefix());
        let folders = prefix.ancestors().map(|folder| folder.to_string_lossy().into_owned());
        let mut found = folders.filter_map(|root| of_crate(&root, &|path| origin.text(path)));
        match found.next() {
            Some(sources) => Wanted { key: key_of(&sources, &|path| origin.id(path)), sources },
            None => Wanted { key: Key::of_version(env!("CARGO_PKG_VERSION")), sources: BTreeSet::new() },
        }
    }

    /// The folders among the sources: where rules are written.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(String::as_str).filter(|path| !path.ends_with(LOCK))
    }

    /// Whether the repository builds its own judge.
    pub(crate) fn is_built_here(&self) -> bool {
        !self.sources.is_empty()
    }
}

type Read<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The digest of what git calls the contents of each source.
fn key_of(sources: &BTreeSet<String>, id: Read<'_>) -> Key {
    let lines = sources.iter().map(|path| format!("{path} {}\n", id(path).unwrap_or_default()));
    Key(digest(lines.collect::<String>().as_bytes()))
}

/// The crate `xtask` in a folder with all that it is built from in this repository, if it stands on Gatefold.
fn of_crate(root: &str, read: Read<'_>) -> Option<BTreeSet<String>> {
    let workspace = manifest(root, read);
    let start = join(root, "xtask")?;
    let mut sources = BTreeSet::from([join(root, LOCK)?]);
    let (mut next, mut is_ours) = (vec![start], false);
    while let Some(folder) = next.pop() {
        if sources.contains(&folder) {
            continue;
        }
        let Some(manifest) = manifest(&folder, read) else { continue };
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Item::as_str);
        is_ours |= name.is_some_and(is_gatefold);
        for (key, entry) in dependencies(&manifest) {
            let shared = || workspace.as_ref()?.get("workspace")?.get("dependencies")?.get(&key);
            let inherits = entry.get("workspace").and_then(Item::as_bool) == Some(true);
            let (entry, from) = match inherits {
                true => (shared().cloned().unwrap_or_default(), root),
                false => (entry, folder.as_str()),
            };
            let package = entry.get("package").and_then(Item::as_str).unwrap_or(&key);
            is_ours |= is_gatefold(package);
            next.extend(entry.get("path").and_then(Item::as_str).and_then(|path| join(from, path)));
        }
        sources.insert(folder);
    }
    is_ours.then_some(sources)
}

fn is_gatefold(package: &str) -> bool {
    package == "gatefold" || package.starts_with("gatefold-")
}

fn manifest(folder: &str, read: Read<'_>) -> Option<DocumentMut> {
    read(&join(folder, "Cargo.toml")?)?.parse().ok()
}

/// What a package is built with, for any platform.
fn dependencies(manifest: &DocumentMut) -> Vec<(String, Item)> {
    let platforms = manifest.get("target").and_then(Item::as_table_like);
    let tables = platforms.into_iter().flat_map(TableLike::iter).filter_map(|(_, item)| item.as_table_like());
    let tables = std::iter::once(manifest.as_table() as &dyn TableLike).chain(tables);
    let named = tables.flat_map(|table| ["dependencies", "build-dependencies"].map(|name| table.get(name)));
    let entries = named.flatten().filter_map(Item::as_table_like).flat_map(TableLike::iter);
    entries.map(|(key, entry)| (key.to_owned(), entry.clone())).collect()
}

/// A path from the repository's root; `None` where it leads out of it.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!path.starts_with('/')).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str =
        "[workspace.dependencies]\ngate = { path = \"gate\", package = \"gatefold-xtask\" }\nelse = \"1\"\n";

    #[track_caller]
    fn check(root: &str, files: &[(&str, &str)], expected: Option<&[&str]>) {
        let read =
            |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        let found = of_crate(root, &read);
        let expected = expected.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect());
        assert_eq!(found, expected);
    }

    #[test]
    fn a_judge_is_built_from_its_crate_and_all_that_it_reaches_by_path() {
        let named = |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\n{rest}");
        let xtask = named("xtask", "[dependencies]\ngate.workspace = true\nelse.workspace = true\n");
        let gate = named(
            "gatefold-xtask",
            "[target.'cfg(unix)'.build-dependencies]\nrules = { path = \"../rules\" }\n",
        );
        let rules =
            named("rules", "[dependencies]\ngate = { path = \"../gate\" }\nfar = { path = \"../../far\" }\n");
        let here = [
            ("Cargo.toml", ROOT),
            ("xtask/Cargo.toml", &xtask),
            ("gate/Cargo.toml", &gate),
            ("rules/Cargo.toml", &rules),
        ];
        check("", &here, Some(&["Cargo.lock", "gate", "rules", "xtask"]));
        let below = here.map(|(path, text)| (format!("a/b/{path}"), text));
        let below: Vec<(&str, &str)> = below.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        check("a/b", &below, Some(&["a/b/Cargo.lock", "a/b/gate", "a/b/rules", "a/b/xtask"]));
    }

    #[test]
    fn another_crate_of_that_name_is_no_judge() {
        check("", &[], None);
        check(
            "",
            &[("xtask/Cargo.toml", "[package]\nname = \"xtask\"\n[dependencies]\nxshell = \"1\"\n")],
            None,
        );
        check("", &[("xtask/Cargo.toml", "no manifest [")], None);
        let registry = "[package]\nname = \"xtask\"\n[dependencies]\ngatefold-xtask = \"0.1\"\n";
        check("", &[("xtask/Cargo.toml", registry)], Some(&["Cargo.lock", "xtask"]));
    }

    #[test]
    fn only_a_key_is_read_as_one() {
        for (name, is_key) in [
            ("v0.1.0", true),
            ("0123456789abcdef0123456789abcdef", true),
            ("current", false),
            ("v", false),
            ("vendor", false),
            ("0123456789abcdef", false),
        ] {
            assert_eq!(Key::parse(name).is_some(), is_key, "{name}");
        }
    }
}
