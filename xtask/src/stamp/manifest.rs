//! Manifests: who is a member, what a package is called, and the dependencies that members share.

use std::collections::BTreeSet;

use toml_edit::{Array, DocumentMut, Item, TableLike};

use super::files::{Files, text_of};
use crate::failure::Failure;

/// A manifest that is edited.
pub(crate) struct Manifest {
    path: String,
    document: DocumentMut,
}

impl Manifest {
    pub(crate) fn read(path: &str, text: &str) -> Result<Manifest, Failure> {
        let document = text.parse().map_err(|error| {
            Failure::usage(format_args!("failed to read `{path}`: {}", first_line(&error)))
        })?;
        Ok(Manifest { path: path.to_owned(), document })
    }

    pub(crate) fn of(files: &Files, path: &str) -> Result<Manifest, Failure> {
        match text_of(files, path) {
            Some(text) => Manifest::read(path, text),
            None => Err(Failure::usage(format_args!("there is no `{path}`"))),
        }
    }

    pub(crate) fn text(&self) -> String {
        self.document.to_string()
    }

    /// What the package is called.
    pub(crate) fn package(&self) -> Option<&str> {
        self.document.get("package")?.get("name")?.as_str()
    }

    /// The edition that members have, or the package.
    pub(crate) fn edition(&self) -> Option<&str> {
        let workspace = self.document.get("workspace").and_then(|it| it.get("package"));
        let own = self.document.get("package");
        [workspace, own].into_iter().flatten().find_map(|table| table.get("edition")?.as_str())
    }

    /// Whether it holds a workspace together.
    pub(crate) fn is_workspace(&self) -> bool {
        self.document.get("workspace").is_some()
    }

    /// Makes a folder a member, unless a pattern does so already.
    pub(crate) fn admit(&mut self, folder: &str) -> Result<(), Failure> {
        let wrong = |what: &str| Failure::usage(format_args!("`{}` {what}", self.path));
        let workspace = self.document.get_mut("workspace").and_then(Item::as_table_like_mut);
        let workspace = workspace.ok_or_else(|| wrong("holds no workspace together; run this in one"))?;
        let covers = |array: Option<&Array>| {
            array.into_iter().flatten().filter_map(|item| item.as_str()).any(|pattern| {
                let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
                glob.is_ok_and(|glob| glob.compile_matcher().is_match(folder))
            })
        };
        if covers(workspace.get("exclude").and_then(Item::as_array)) {
            return Err(wrong(&format!("excludes `{folder}`; take that out of `exclude` first")));
        }
        if covers(workspace.get("members").and_then(Item::as_array)) {
            return Ok(());
        }
        let members = workspace.entry("members").or_insert(toml_edit::value(Array::new()));
        let Some(members) = members.as_array_mut() else { return Err(wrong("has no list of `members`")) };
        let text = |raw: Option<&toml_edit::RawString>| {
            raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
        };
        let mut item = toml_edit::Value::from(folder);
        if let Some(last) = members.iter_mut().last() {
            // Each in a line of its own, as the last one is; a comment in front of that one is not repeated.
            let (before, behind) = (text(last.decor().prefix()), text(last.decor().suffix()));
            let indent = before.rfind('\n').map_or(" ", |at| &before[at..]);
            last.decor_mut().set_suffix("");
            *item.decor_mut() = toml_edit::Decor::new(indent, behind);
        }
        members.push_formatted(item);
        Ok(())
    }

    /// The packages that this one depends on, for whatever purpose, as they are called here.
    pub(crate) fn dependencies(&self) -> BTreeSet<String> {
        ["dependencies", "dev-dependencies", "build-dependencies"]
            .iter()
            .filter_map(|table| self.document.get(table)?.as_table_like())
            .flat_map(|table| table.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
            .collect()
    }

    /// The dependencies that members take from the workspace.
    pub(crate) fn shared(&mut self) -> Option<&mut dyn TableLike> {
        self.document.get_mut("workspace")?.get_mut("dependencies")?.as_table_like_mut()
    }
}

/// Every manifest of packages, by its folder.
pub(crate) fn packages(files: &Files) -> Result<Vec<(String, Manifest)>, Failure> {
    let mut packages = Vec::new();
    for path in files.keys() {
        if let Some(folder) = path.strip_suffix("/Cargo.toml") {
            packages.push((folder.to_owned(), Manifest::of(files, path)?));
        }
    }
    Ok(packages)
}

fn first_line(error: &toml_edit::TomlError) -> String {
    error.message().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, result: Result<&str, &str>) {
        let mut manifest = Manifest::read("Cargo.toml", text).expect("TOML");
        match (manifest.admit("services/night-owl"), result) {
            (Ok(()), Ok(expected)) => assert_eq!(manifest.text(), expected),
            (Err(failure), Err(part)) => assert!(failure.message.contains(part), "{}", failure.message),
            (other, _) => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_folder_becomes_a_member_unless_it_is_one() {
        let globbed = "[workspace]\nmembers = [\"services/*\"] # all\n";
        check(globbed, Ok(globbed));
        check(
            "[workspace]\nmembers = [\n    \"crates/a\", # first\n    \"crates/b\"\n]\n",
            Ok(
                "[workspace]\nmembers = [\n    \"crates/a\", # first\n    \"crates/b\",\n    \"services/night-owl\"\n]\n",
            ),
        );
        check(
            "[workspace]\nmembers = [\n    \"crates/a\",\n]\n",
            Ok("[workspace]\nmembers = [\n    \"crates/a\",\n    \"services/night-owl\",\n]\n"),
        );
        check("[workspace]\n", Ok("[workspace]\nmembers = [\"services/night-owl\"]\n"));
        check(
            "[workspace]\nmembers = [\"services/*\"]\nexclude = [\"services/night-owl\"]\n",
            Err("excludes"),
        );
        check("[package]\nname = \"a\"\n", Err("no workspace"));
    }
}
