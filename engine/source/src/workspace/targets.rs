//! What a package builds: targets that its manifest names and those that cargo finds by itself.

use std::collections::BTreeMap;

use toml_edit::TableLike;

use super::manifest::{Manifest, flag, text};
use super::paths::{self, Paths};
use super::{Target, TargetKind};
use crate::code::{Problem, ProblemKind};

/// The targets of a package, sorted.
pub(super) fn find(
    manifest: &Manifest,
    package: &str,
    edition: u16,
    paths: &Paths,
    problems: &mut Vec<Problem>,
) -> Vec<Target> {
    let mut search = Search { manifest, edition, paths, problems, found: Vec::new() };
    search.library(package);
    let main = search.path("src/main.rs").filter(|path| paths.contains(path));
    let mut binaries = search.discovered("src/bin");
    if let Some(main) = main {
        binaries.entry(package.to_owned()).or_insert(main);
    }
    search.section(TargetKind::Binary, "bin", "autobins", binaries);
    for (kind, key, auto, folder) in [
        (TargetKind::Test, "test", "autotests", "tests"),
        (TargetKind::Bench, "bench", "autobenches", "benches"),
        (TargetKind::Example, "example", "autoexamples", "examples"),
    ] {
        let discovered = search.discovered(folder);
        search.section(kind, key, auto, discovered);
    }
    search.build_script();
    let mut found = search.found;
    if found.is_empty() {
        problems
            .push(manifest.problem(1, "the package builds nothing: it has neither a library nor a binary"));
    }
    found.sort();
    found
}

struct Search<'a> {
    manifest: &'a Manifest,
    edition: u16,
    paths: &'a Paths<'a>,
    problems: &'a mut Vec<Problem>,
    found: Vec<Target>,
}

impl Search<'_> {
    fn path(&self, relative: &str) -> Option<String> {
        paths::join(self.manifest.dir(), relative)
    }

    fn package_flag(&self, key: &str) -> Option<bool> {
        flag(self.manifest.package()?, key)
    }

    fn add(&mut self, kind: TargetKind, name: &str, root: String, line: u32) {
        if self.paths.contains(&root) {
            self.found.push(Target { kind, name: name.to_owned(), root });
        } else {
            self.problems.push(self.manifest.problem_of(
                ProblemKind::Member,
                line,
                format!("the target `{name}` has no file `{root}`"),
            ));
        }
    }

    /// A path that the manifest names.
    fn named(&mut self, path: &str, line: u32) -> Option<String> {
        let joined = self.path(path);
        if joined.is_none() {
            self.problems.push(self.manifest.problem_of(
                ProblemKind::Outside,
                line,
                format!("the path `{path}` leads out of the root"),
            ));
        }
        joined
    }

    fn library(&mut self, package: &str) {
        let default_name = package.replace('-', "_");
        match self.manifest.get(&["lib"]) {
            Some(item) => {
                let Some(table) = item.as_table_like() else { return };
                let line = self.manifest.line_of(item.span());
                let name = text(table, "name").unwrap_or(&default_name);
                let once = format!("src/{name}.rs");
                let path = match text(table, "path") {
                    Some(path) => path,
                    None if self.once_lay(&once) && !self.is_there("src/lib.rs") => &once,
                    None => "src/lib.rs",
                };
                if let Some(root) = self.named(path, line) {
                    self.add(TargetKind::Library, name, root, line);
                }
            }
            None if self.package_flag("autolib") != Some(false) => {
                if let Some(root) = self.path("src/lib.rs").filter(|path| self.paths.contains(path)) {
                    self.found.push(Target { kind: TargetKind::Library, name: default_name, root });
                }
            }
            None => {}
        }
    }

    /// `x.rs` and `x/main.rs` in a folder, by name.
    fn discovered(&self, folder: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let Some(folder) = self.path(folder) else { return found };
        for path in self.paths.below(&folder) {
            let inside = &path[folder.len() + 1..];
            let name = inside.strip_suffix("/main.rs").or_else(|| inside.strip_suffix(".rs"));
            if let Some(name) = name.filter(|name| !name.contains('/') && !name.starts_with('.')) {
                // A file comes before a folder of that name.
                if !found.contains_key(name) || !inside.contains('/') {
                    found.insert(name.to_owned(), (*path).to_owned());
                }
            }
        }
        found
    }

    /// Targets that the manifest names, then those that are found and not named, by name or by path.
    fn section(&mut self, kind: TargetKind, key: &str, auto: &str, discovered: BTreeMap<String, String>) {
        let named: Vec<(&dyn TableLike, u32)> = match self.manifest.get(&[key]) {
            Some(toml_edit::Item::ArrayOfTables(tables)) => {
                let line = |table: &toml_edit::Table| self.manifest.line_of(table.span());
                tables.iter().map(|table| (table as &dyn TableLike, line(table))).collect()
            }
            Some(item) => {
                let tables = item.as_array().into_iter().flat_map(toml_edit::Array::iter);
                let line = self.manifest.line_of(item.span());
                tables.filter_map(|value| Some((value.as_inline_table()? as &dyn TableLike, line))).collect()
            }
            None => Vec::new(),
        };
        let is_named = self.manifest.get(&[key]).is_some();
        let mut taken = Vec::new();
        for (table, line) in named {
            let Some(name) = text(table, "name") else {
                self.problems.push(self.manifest.problem(line, format!("a `[[{key}]]` has no name")));
                continue;
            };
            let root = match text(table, "path") {
                Some(path) => self.named(path, line),
                None => discovered.get(name).cloned().or_else(|| self.expected(kind, name)),
            };
            if let Some(root) = root {
                taken.push((name.to_owned(), root.clone()));
                self.add(kind, name, root, line);
            }
        }
        // Before edition 2018, naming one target switches the search off.
        let search = self.package_flag(auto).unwrap_or(self.edition >= 2018 || !is_named);
        for (name, root) in discovered {
            if search && !taken.iter().any(|(taken, path)| *taken == name || *path == root) {
                self.found.push(Target { kind, name, root });
            }
        }
    }

    fn build_script(&mut self) {
        let Some(build) = self.manifest.package().map(|package| package.get("build")) else { return };
        let mut scripts: Vec<(String, u32)> = Vec::new();
        match build {
            None => {
                let default = self.path("build.rs").filter(|path| self.paths.contains(path));
                scripts.extend(default.map(|_| ("build.rs".to_owned(), 1)));
            }
            Some(item) => {
                let line = self.manifest.line_of(item.span());
                match item.as_bool() {
                    Some(true) => scripts.push(("build.rs".to_owned(), line)),
                    Some(false) => {}
                    None => scripts.extend(item.as_str().map(|path| (path.to_owned(), line))),
                }
                let several = item.as_array().into_iter().flat_map(toml_edit::Array::iter);
                scripts.extend(several.filter_map(|value| Some((value.as_str()?.to_owned(), line))));
            }
        }
        for (path, line) in scripts {
            let Some(root) = self.named(&path, line) else { continue };
            let file = root.rsplit('/').next().unwrap_or(&root);
            let name = format!("build-script-{}", file.strip_suffix(".rs").unwrap_or(file));
            self.add(TargetKind::BuildScript, &name, root, line);
        }
    }

    /// Where a named target without a path is looked for.
    fn expected(&self, kind: TargetKind, name: &str) -> Option<String> {
        let folder = match kind {
            TargetKind::Test => "tests",
            TargetKind::Bench => "benches",
            TargetKind::Example => "examples",
            _ => "src/bin",
        };
        let has_library = self.found.iter().any(|target| target.kind == TargetKind::Library);
        let beside = format!("src/{name}.rs");
        let once = match kind {
            TargetKind::Binary if !has_library && self.once_lay(&beside) => Some(beside.as_str()),
            TargetKind::Binary => {
                ["src/main.rs", "src/bin/main.rs"].into_iter().find(|path| self.once_lay(path))
            }
            _ => None,
        };
        self.path(once.unwrap_or(&format!("{folder}/{name}.rs")))
    }

    /// Whether a file lies where only edition 2015 looks for it.
    fn once_lay(&self, path: &str) -> bool {
        self.edition == 2015 && self.is_there(path)
    }

    fn is_there(&self, path: &str) -> bool {
        self.path(path).is_some_and(|path| self.paths.contains(&path))
    }
}
