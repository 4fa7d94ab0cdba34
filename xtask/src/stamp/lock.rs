//! Cargo.lock with a package more, or without those that nobody needs: so that `--locked` builds what was stamped.

use std::collections::{BTreeMap, BTreeSet};

/// A lock file as Cargo writes it.
struct Lock<'t> {
    /// What stands above the packages.
    head: &'t str,
    packages: Vec<Package<'t>>,
}

#[derive(Clone, Debug)]
struct Package<'t> {
    name: &'t str,
    version: &'t str,
    /// The lines up to the dependencies.
    lines: Vec<&'t str>,
    /// As they are written: `serde`, or `syn 2.0.1` where there are several.
    dependencies: Vec<&'t str>,
}

impl<'t> Lock<'t> {
    fn read(text: &'t str) -> Lock<'t> {
        let (head, packages) = match text.find("[[package]]") {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let blocks = packages.split("[[package]]\n").filter(|block| !block.trim().is_empty());
        Lock { head, packages: blocks.map(Package::read).collect() }
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Package<'t>> {
        self.packages.iter().filter(move |package| package.name == name)
    }

    /// The package that a dependency means.
    fn meant(&self, dependency: &str) -> Option<&Package<'t>> {
        let (name, version) = split(dependency);
        self.named(name).find(|package| version.is_none_or(|version| package.version == version))
    }

    /// The file, with every dependency written as Cargo would: with a version only where there are several.
    fn write(&self, resolve: &dyn Fn(&str) -> String) -> String {
        let mut out = self.head.to_owned();
        let packages: Vec<String> = self.packages.iter().map(|package| package.write(resolve)).collect();
        out.push_str(&packages.join("\n"));
        out
    }
}

impl<'t> Package<'t> {
    fn read(block: &'t str) -> Package<'t> {
        let mut package = Package { name: "", version: "", lines: Vec::new(), dependencies: Vec::new() };
        let mut listed = false;
        for line in block.lines().filter(|line| !line.is_empty()) {
            let quoted = |key: &str| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"');
            package.name = quoted("name").unwrap_or(package.name);
            package.version = quoted("version").unwrap_or(package.version);
            match line {
                "dependencies = [" => listed = true,
                "]" => listed = false,
                _ if listed => package.dependencies.push(line.trim_matches([' ', '"', ','])),
                _ => package.lines.push(line),
            }
        }
        package
    }

    fn write(&self, resolve: &dyn Fn(&str) -> String) -> String {
        let mut out = format!("[[package]]\n{}\n", self.lines.join("\n"));
        if !self.dependencies.is_empty() {
            let mut written: Vec<String> =
                self.dependencies.iter().map(|dependency| resolve(dependency)).collect();
            written.sort();
            let lines: Vec<String> =
                written.iter().map(|dependency| format!(" \"{dependency}\",\n")).collect();
            out.push_str(&format!("dependencies = [\n{}]\n", lines.concat()));
        }
        out
    }
}

/// The packages of a lock file, by name.
pub(crate) fn names(lock: &str) -> BTreeSet<&str> {
    Lock::read(lock).packages.iter().map(|package| package.name).collect()
}

/// The packages that come from no registry: the workspace's own.
pub(crate) fn local(lock: &str) -> BTreeSet<&str> {
    let is_local = |package: &&Package<'_>| !package.lines.iter().any(|line| line.starts_with("source = "));
    Lock::read(lock).packages.iter().filter(is_local).map(|package| package.name).collect()
}

/// The lock file with a package that depends on what another one depends on, which `from` has.
///
/// # Errors
/// The packages that the other depends on and this lock file has not.
pub(crate) fn with_package(lock: &str, from: &str, like: &str, name: &str) -> Result<String, Vec<String>> {
    let (mut target, from) = (Lock::read(lock), Lock::read(from));
    let Some(like) = from.named(like).next() else { return Err(vec![like.to_owned()]) };
    let mut missing = Vec::new();
    let mut dependencies = Vec::new();
    for dependency in &like.dependencies {
        let (package, _) = split(dependency);
        let version = from.meant(dependency).map(|package| package.version);
        let mut there = target.named(package).map(|package| package.version);
        match (there.next(), there.next()) {
            (None, _) => missing.push(package.to_owned()),
            (Some(_), None) => dependencies.push(package.to_owned()),
            (Some(_), Some(_)) => {
                match target.named(package).find(|package| Some(package.version) == version) {
                    Some(found) => dependencies.push(format!("{package} {}", found.version)),
                    None => missing.push(package.to_owned()),
                }
            }
        }
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    let line = format!("name = \"{name}\"");
    let lines =
        like.lines.iter().map(|old| if old.starts_with("name = ") { line.as_str() } else { old }).collect();
    let dependencies = dependencies.iter().map(String::as_str).collect();
    let at = target.packages.partition_point(|package| package.name < name);
    target.packages.insert(at, Package { name, version: like.version, lines, dependencies });
    Ok(target.write(&|dependency| dependency.to_owned()))
}

/// The lock file with only what some packages need.
pub(crate) fn needed_by(lock: &str, roots: &BTreeSet<&str>) -> String {
    let mut lock = Lock::read(lock);
    let mut needed: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut open: Vec<&Package<'_>> =
        lock.packages.iter().filter(|package| roots.contains(package.name)).collect();
    while let Some(package) = open.pop() {
        if needed.insert((package.name, package.version)) {
            open.extend(package.dependencies.iter().filter_map(|dependency| lock.meant(dependency)));
        }
    }
    lock.packages.retain(|package| needed.contains(&(package.name, package.version)));
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for package in &lock.packages {
        *count.entry(package.name).or_default() += 1;
    }
    lock.write(&|dependency| match split(dependency) {
        (name, Some(_)) if count.get(name) == Some(&1) => name.to_owned(),
        _ => dependency.to_owned(),
    })
}

/// Name and version of a dependency.
fn split(dependency: &str) -> (&str, Option<&str>) {
    let mut words = dependency.split(' ');
    (words.next().unwrap_or_default(), words.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "# This file is automatically @generated by Cargo.\nversion = 4\n\n[[package]]\nname = \"home\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n \"syn 2.0.1\",\n]\n\n[[package]]\nname = \"mould\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n \"syn 1.0.1\",\n]\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry\"\nchecksum = \"aa\"\n\n[[package]]\nname = \"syn\"\nversion = \"1.0.1\"\nsource = \"registry\"\nchecksum = \"bb\"\n\n[[package]]\nname = \"syn\"\nversion = \"2.0.1\"\nsource = \"registry\"\nchecksum = \"cc\"\n";

    #[test]
    fn a_package_stands_in_its_place_with_what_its_model_depends_on() {
        let new = with_package(LOCK, LOCK, "mould", "night-owl").expect("all is there");
        let package = "[[package]]\nname = \"night-owl\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n \"syn 1.0.1\",\n]\n\n";
        let expected =
            LOCK.replace("[[package]]\nname = \"serde\"", &format!("{package}[[package]]\nname = \"serde\""));
        assert_eq!(new, expected);
        let last = with_package(LOCK, LOCK, "home", "zoo").expect("all is there");
        assert!(last.starts_with(LOCK) && last.ends_with("\n\n[[package]]\nname = \"zoo\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n \"syn 2.0.1\",\n]\n"), "{last}");
    }

    #[test]
    fn a_package_from_another_lock_file_names_versions_only_where_there_are_several() {
        let one = needed_by(LOCK, &BTreeSet::from(["home"]));
        let new = with_package(&one, LOCK, "mould", "owl").expect("all is there");
        assert!(
            new.contains("name = \"owl\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n \"syn\",\n]"),
            "{new}"
        );
        let none = needed_by(LOCK, &BTreeSet::from(["serde"]));
        assert_eq!(with_package(&none, LOCK, "mould", "owl"), Err(vec!["syn".to_owned()]));
        assert_eq!(with_package(LOCK, LOCK, "nothing", "owl"), Err(vec!["nothing".to_owned()]));
    }

    #[test]
    fn what_nobody_needs_goes_and_versions_that_are_alone_go_unnamed() {
        let left = needed_by(LOCK, &BTreeSet::from(["home"]));
        assert!(!left.contains("mould") && !left.contains("1.0.1"), "{left}");
        assert!(left.contains(" \"syn\",\n"), "{left}");
        let all = needed_by(LOCK, &BTreeSet::from(["home", "mould"]));
        assert_eq!(all, LOCK);
    }
}
