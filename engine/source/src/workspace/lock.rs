//! `Cargo.lock`: which packages there are, and which each of them needs.

use std::collections::{HashMap, HashSet};

use toml_edit::{Item, Table};

use super::manifest::{Manifest, text};
use crate::code::Problem;
use crate::tree::Tree;

/// The versions of the format that can be read; the first two are mostly not written down.
const VERSIONS: std::ops::RangeInclusive<i64> = 1..=4;

/// The packages that cargo chose, as all versions of the format write them (1 to 4).
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// In the order of the file; members of the workspace are among them.
    pub packages: Vec<Locked>,
    by_name: HashMap<String, Vec<usize>>,
}

/// One package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Its name.
    pub name: String,
    /// Its version; empty where none is written.
    pub version: String,
    /// Where it comes from: `registry+…`, `git+…`. None for what is given by path, members among them.
    pub source: Option<String>,
    /// Indices of the packages that it needs, for whatever kind, platform or feature; sorted.
    pub dependencies: Vec<usize>,
    /// Line in the file.
    pub line: u32,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// If there is none, if it is no TOML, if its version of the format is another, if it has a package twice, or if a
    /// package needs one that it does not have or that may be several.
    pub fn read(tree: &Tree, path: &str) -> Result<Lock, Problem> {
        let file = Manifest::read(tree, path)?;
        if let Some(version) = file.get(&["version"])
            && !version.as_integer().is_some_and(|version| VERSIONS.contains(&version))
        {
            let message = "the version of the format is none that is known";
            return Err(file.problem(file.line_of(version.span()), message));
        }
        let mut lock = Lock::default();
        let mut needs = Vec::new();
        let mut seen = HashSet::new();
        // Before version 2 the package of the root stood for itself.
        let root = file.get(&["root"]).and_then(Item::as_table);
        let packages = file.get(&["package"]).and_then(Item::as_array_of_tables);
        for table in packages.into_iter().flatten().chain(root) {
            let line = file.line_of(table.span());
            let Some(name) = text(table, "name") else {
                return Err(file.problem(line, "a package has no name"));
            };
            let (version, source) = (text(table, "version").unwrap_or_default(), text(table, "source"));
            if !seen.insert((name, version, source)) {
                return Err(file.problem(line, format!("the package `{name} {version}` is there twice")));
            }
            lock.by_name.entry(name.to_owned()).or_default().push(lock.packages.len());
            lock.packages.push(Locked {
                name: name.to_owned(),
                version: version.to_owned(),
                source: source.map(str::to_owned),
                dependencies: Vec::new(),
                line,
            });
            needs.push(written(table));
        }
        for (index, needs) in needs.iter().enumerate() {
            let mut dependencies = Vec::with_capacity(needs.len());
            for need in needs {
                match lock.find(need) {
                    Ok(found) => dependencies.push(found),
                    Err(why) => {
                        let Locked { name, line, .. } = &lock.packages[index];
                        return Err(file.problem(*line, format!("`{name}` needs `{need}`, which {why}")));
                    }
                }
            }
            dependencies.sort_unstable();
            dependencies.dedup();
            lock.packages[index].dependencies = dependencies;
        }
        Ok(lock)
    }

    /// The indices of the packages of a name: one for each version and source.
    pub fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The package that is meant by `name`, `name version` or `name version (source)`, as much as is needed to tell it
    /// from the others; else why none is.
    fn find(&self, need: &str) -> Result<usize, &'static str> {
        let mut words = need.splitn(3, ' ');
        let named = self.named(words.next().unwrap_or_default());
        let version = words.next();
        let source = words.next().map(|source| source.trim_start_matches('(').trim_end_matches(')'));
        let of_version =
            |index: &usize| version.is_none_or(|version| self.packages[*index].version == version);
        let mut meant: Vec<usize> = named.iter().copied().filter(of_version).collect();
        if meant.len() > 1 {
            // The commit of a git source is written with the package, and not always where it is needed. What has no
            // source is given by path.
            let of_source = |index: &usize| {
                let own = self.packages[*index].source.as_deref();
                own.and_then(|own| own.split('#').next()) == source.and_then(|it| it.split('#').next())
            };
            meant.retain(of_source);
        }
        match meant[..] {
            [one] => Ok(one),
            [] if !named.iter().any(of_version) => Err("is not among the packages"),
            _ => Err("may be any of several packages"),
        }
    }
}

/// What a package says it needs, what stands in its place among it.
fn written(table: &Table) -> Vec<String> {
    let needs = table.get("dependencies").and_then(Item::as_array);
    let needs = needs.into_iter().flatten().filter_map(|need| need.as_str());
    needs.chain(text(table, "replace")).map(str::to_owned).collect()
}
