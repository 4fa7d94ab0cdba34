//! The small notation of a workspace: what breaks a rule, in the policy and in the documentation.
//!
//! One line each: `crate home -> features, redb as db, test-kit (dev)` is a package in a folder of its name, its
//! dependencies the other crates and whatever else it names; `crate services/home` lies in that folder.
//! `features/src/store.rs | use redb::Database;` is one more
//! line of a file. Libraries, and the modules right below a library, need not be declared.

use std::collections::{BTreeMap, BTreeSet};

use source::Tree;

/// A workspace as it is written.
#[derive(Clone, Debug)]
pub struct Written {
    files: BTreeMap<String, String>,
    /// The line of the notation that a line of a file came from.
    lines: BTreeMap<(String, u32), u32>,
}

/// Why a text is no workspace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Malformed {
    /// The line, counted from 1.
    pub line: u32,
    /// What is wrong with it.
    pub reason: String,
}

/// A package as it is written.
struct Package<'t> {
    name: &'t str,
    folder: &'t str,
    line: u32,
    dependencies: Vec<Depended<'t>>,
}

/// A dependency as it is written: `redb as db (dev)`.
struct Depended<'t> {
    package: &'t str,
    key: &'t str,
    table: &'static str,
}

impl Written {
    /// Reads a workspace.
    ///
    /// # Errors
    /// If a line is neither a package nor a line of a file, or if there is nothing at all.
    pub fn read(text: &str) -> Result<Written, Malformed> {
        let mut written = Written { files: BTreeMap::new(), lines: BTreeMap::new() };
        let mut packages: BTreeMap<&str, Package<'_>> = BTreeMap::new();
        let malformed = |line: u32, reason: String| Malformed { line, reason };
        for (number, line) in (1u32..).zip(text.lines()) {
            let of_file = line.split_once(" | ").or(line.strip_suffix(" |").map(|path| (path, "")));
            if line.trim().is_empty() {
            } else if let Some(package) = line.strip_prefix("crate ") {
                let package = Package::read(package, number).map_err(|reason| malformed(number, reason))?;
                let name = package.name;
                if packages.insert(name, package).is_some() {
                    return Err(malformed(number, format!("there is a crate `{name}` above")));
                }
            } else if let Some((path, line)) = of_file {
                if !is_path(path) {
                    return Err(malformed(number, format!("`{path}` is no path below a root")));
                }
                written.line(path, line, Some(number));
            } else {
                let reason = "it is neither `crate NAME -> DEPENDENCIES` nor `PATH | LINE OF THE FILE`";
                return Err(malformed(number, reason.to_owned()));
            }
        }
        if packages.is_empty() && written.files.is_empty() {
            return Err(malformed(1, "it has no crate and no file".to_owned()));
        }
        for package in packages.values() {
            written.manifest(package, &packages);
            written.library(package.folder);
        }
        if !written.files.contains_key("Cargo.toml") {
            let members: Vec<String> =
                packages.values().map(|package| format!("{:?}", package.folder)).collect();
            written.line("Cargo.toml", &format!("[workspace]\nmembers = [{}]", members.join(", ")), None);
        }
        Ok(written)
    }

    /// The files as a tree.
    pub fn tree(&self) -> Tree {
        Tree::from_memory(self.files.iter().map(|(path, text)| (path.as_str(), text)))
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The line of the notation that a line of a file came from.
    pub fn line_of(&self, file: &str, line: u32) -> Option<u32> {
        self.lines.get(&(file.to_owned(), line)).copied()
    }

    /// The first line of the notation that a file has.
    pub(crate) fn first_line_of(&self, file: &str) -> Option<u32> {
        let lines = self.lines.range((file.to_owned(), 0)..);
        lines.take_while(|((path, _), _)| path == file).map(|(_, number)| *number).next()
    }

    fn manifest(&mut self, package: &Package<'_>, packages: &BTreeMap<&str, Package<'_>>) {
        let (name, number) = (package.name, Some(package.line));
        let manifest = format!("{}/Cargo.toml", package.folder);
        let up = "../".repeat(package.folder.matches('/').count() + 1);
        if self.files.contains_key(&manifest) {
            return;
        }
        let head = format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"");
        self.line(&manifest, &head, number);
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            self.line(&manifest, &format!("[{table}]"), number);
            for Depended { package, key, .. } in package.dependencies.iter().filter(|it| it.table == table) {
                let source = match packages.get(package) {
                    Some(other) => format!("path = \"{up}{}\"", other.folder),
                    None => "version = \"1\"".to_owned(),
                };
                self.line(&manifest, &format!("{key} = {{ package = {package:?}, {source} }}"), number);
            }
        }
    }

    /// Declares the modules right below a library, and the library unless there is a binary.
    fn library(&mut self, folder: &str) {
        let source = format!("{folder}/src/");
        let below = self.files.range(source.clone()..).map(|(path, _)| path);
        let modules: BTreeSet<String> = below
            .map_while(|path| path.strip_prefix(&source))
            .filter_map(|path| {
                let path = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs"))?;
                (!path.contains('/') && !matches!(path, "lib" | "main")).then(|| path.to_owned())
            })
            .collect();
        let has_root =
            ["lib.rs", "main.rs"].iter().any(|root| self.files.contains_key(&format!("{source}{root}")));
        if has_root && modules.is_empty() {
            return;
        }
        let binary = self.files.get(&format!("{source}main.rs")).cloned().unwrap_or_default();
        let library = format!("{source}lib.rs");
        let text = self.files.get(&library).cloned().unwrap_or_default();
        if !has_root {
            self.files.insert(library.clone(), String::new());
        }
        let declared =
            |module: &str| [&text, &binary].iter().any(|text| text.contains(&format!("mod {module}")));
        for module in modules.iter().filter(|module| !declared(module)) {
            self.line(&library, &format!("pub mod {module};"), None);
        }
    }

    fn line(&mut self, path: &str, line: &str, number: Option<u32>) {
        let text = self.files.entry(path.to_owned()).or_default();
        let first = text.lines().count() as u32 + 1;
        text.push_str(line);
        text.push('\n');
        if let Some(number) = number {
            for offset in 0..line.lines().count().max(1) as u32 {
                self.lines.insert((path.to_owned(), first + offset), number);
            }
        }
    }
}

impl<'t> Package<'t> {
    fn read(text: &'t str, line: u32) -> Result<Self, String> {
        let (name, dependencies) = text.split_once("->").unwrap_or((text, ""));
        let folder = name.trim();
        let name = named(folder.rsplit('/').next().unwrap_or_default())?;
        if !is_path(folder) {
            return Err(format!("`{folder}` is no path below a root"));
        }
        let written = dependencies.split(',').map(str::trim).filter(|dependency| !dependency.is_empty());
        let dependencies = written.map(Depended::read).collect::<Result<_, _>>()?;
        Ok(Package { name, folder, line, dependencies })
    }
}

impl<'t> Depended<'t> {
    fn read(text: &'t str) -> Result<Self, String> {
        let (text, kind) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((text, kind)) => (text.trim(), kind.trim()),
            None => (text, ""),
        };
        let table = match kind {
            "" => "dependencies",
            "dev" => "dev-dependencies",
            "build" => "build-dependencies",
            other => return Err(format!("`({other})` is neither `(dev)` nor `(build)`")),
        };
        let (package, key) = text.split_once(" as ").unwrap_or((text, text));
        Ok(Depended { package: named(package)?, key: named(key)?, table })
    }
}

/// The name of a package.
fn named(text: &str) -> Result<&str, String> {
    let name = text.trim();
    let fits = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    match !name.is_empty() && name.chars().all(fits) {
        true => Ok(name),
        false => Err(format!("`{name}` is no name of a crate")),
    }
}

fn is_path(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !matches!(part.trim(), "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, line: u32, part: &str) {
        let error = Written::read(text).expect_err("it is no workspace");
        assert!(error.line == line && error.reason.contains(part), "{text}: {error}");
    }

    #[test]
    fn what_is_no_workspace_is_refused_with_its_line() {
        refused("", 1, "no crate and no file");
        refused("\n \n", 1, "no crate and no file");
        refused("crate a\nb depends on a\n", 2, "neither");
        refused("crate a\ncrate a\n", 2, "a crate `a` above");
        refused("crate ../a\n", 1, "`../a` is no path");
        refused("crate a ->b,c d\n", 1, "`c d` is no name");
        refused("crate a -> b (test)\n", 1, "neither `(dev)`");
        refused("crate a\n../a/src/lib.rs | use b;\n", 2, "no path");
        refused("/etc/passwd | root\n", 1, "no path");
    }

    #[test]
    fn packages_have_manifests_and_files_the_modules_that_are_there() {
        let text = "crate a-b -> c, redb as db, e (dev)\ncrate c\na-b/src/d.rs | use c::C;\na-b/src/d.rs |\n";
        let written = Written::read(text).expect("a workspace");
        let manifest = written.text("a-b/Cargo.toml").expect("a manifest");
        assert!(manifest.contains("c = { package = \"c\", path = \"../c\" }"), "{manifest}");
        assert!(manifest.contains("db = { package = \"redb\", version = \"1\" }"), "{manifest}");
        assert!(manifest.contains("[dev-dependencies]\ne = { "), "{manifest}");
        assert_eq!(written.text("a-b/src/lib.rs"), Some("pub mod d;\n"));
        assert_eq!(written.text("a-b/src/d.rs"), Some("use c::C;\n\n"));
        assert_eq!(written.line_of("a-b/src/d.rs", 2), Some(4));
        assert_eq!(written.line_of("a-b/src/lib.rs", 1), None);
    }
}
