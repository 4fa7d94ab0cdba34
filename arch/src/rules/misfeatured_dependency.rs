//! Features of packages from elsewhere that the policy requires or forbids.

use std::collections::BTreeMap;

use findings::{Finding, Location, rule};
use source::{Crate, Dependency, DependencyKind};

use crate::Error;
use crate::evidence::{of_dependency, of_line, reasoned};
use crate::external::{Externals, Held};
use crate::path::Pattern;
use crate::policy::{Defaults, Entry, Features};

rule! {
    /// Dependencies that switch on a feature that `external` forbids, leave out one that it requires, or have default
    /// features where they are forbidden. Features that the workspace's table of dependencies gives, and those that the
    /// crate's own `[features]` pass on (`tokio/full`), count. What other packages switch on is seen in no manifest.
    ///
    /// ## Why it hurts
    /// Features add up over the whole build: one crate that takes `full` gives it to all, with what it compiles and what it
    /// opens.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   external:
    ///     lean:
    ///       crates: ["*"]
    ///       features: { tokio: { require: [rt], forbid: [full] }, reqwest: { default: forbidden } }
    ///       because: features add up over the whole build
    ///
    /// crate home -> tokio //~
    /// crate fetch
    /// fetch/Cargo.toml | [package]
    /// fetch/Cargo.toml | name = "fetch"
    /// fetch/Cargo.toml | [features]
    /// fetch/Cargo.toml | whole = ["tokio/full"] #~
    /// fetch/Cargo.toml | [dependencies]
    /// fetch/Cargo.toml | tokio = { version = "1", features = ["rt"] }
    /// fetch/Cargo.toml | reqwest = "0.12" #~
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   external:
    ///     lean:
    ///       crates: ["*"]
    ///       features: { tokio: { require: [rt], forbid: [full] }, reqwest: { default: forbidden } }
    ///       because: features add up over the whole build
    ///
    /// crate fetch
    /// fetch/Cargo.toml | [package]
    /// fetch/Cargo.toml | name = "fetch"
    /// fetch/Cargo.toml | [dependencies]
    /// fetch/Cargo.toml | tokio = { version = "1", features = ["rt"] }
    /// fetch/Cargo.toml | reqwest = { version = "0.12", default-features = false, features = ["http2"] }
    /// ```
    pub static MISFEATURED_DEPENDENCY = {
        id: "misfeatured-dependency",
        guard: "arch",
        group: "dependencies",
        level: Error,
        summary: "finds dependencies with features that the policy forbids, and without those that it requires",
    };
}

pub(crate) fn find(externals: &Externals<'_>) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for held in &externals.held {
        for (package, asked) in &held.rule.features {
            let meant = Pattern::read(package)?;
            for krate in held.crates() {
                let mut entries: BTreeMap<(&str, DependencyKind), Vec<&Dependency>> = BTreeMap::new();
                for dependency in externals.dependencies(held, krate) {
                    if meant.names(&dependency.package) {
                        let key = (dependency.package.as_str(), dependency.kind);
                        entries.entry(key).or_default().push(dependency);
                    }
                }
                for entries in entries.values() {
                    let krate = &externals.map.workspace.crates[krate];
                    Asked { externals, held, asked, krate, entries }.find(&mut findings);
                }
            }
        }
    }
    Ok(findings)
}

/// What is asked of all entries of one package and kind in one manifest.
struct Asked<'f> {
    externals: &'f Externals<'f>,
    held: &'f Held<'f>,
    asked: &'f Features,
    krate: &'f Crate,
    entries: &'f [&'f Dependency],
}

impl Asked<'_> {
    fn find(&self, findings: &mut Vec<Finding>) {
        let Some(first) = self.entries.first() else { return };
        let at =
            |dependency: &Dependency| of_dependency(&self.krate.manifest, dependency, self.externals.tree);
        let package = &first.package;
        for feature in &self.asked.require {
            if !self.entries.iter().any(|entry| entry.features.contains(feature)) {
                let message =
                    format!("`{}` depends on `{package}` without its feature `{feature}`", self.krate.name);
                let help = format!("write `features = [\"{feature}\"]`");
                findings.push(self.told(at(first), message, help, feature));
            }
        }
        for feature in &self.asked.forbid {
            if let Some((location, by)) = self.switched_on(feature) {
                let message =
                    format!("`{}` switches on the feature `{feature}` of `{package}`{by}", self.krate.name);
                let help = format!("name the features of `{package}` that are needed, without `{feature}`");
                findings.push(self.told(location, message, help, feature));
            }
        }
        let mut with_default = self.entries.iter().filter(|entry| {
            entry.default_features || entry.features.iter().any(|feature| feature == "default")
        });
        if let Some(entry) = with_default.next().filter(|_| self.asked.default == Defaults::Forbidden) {
            let message = format!("`{}` depends on `{package}` with its default features", self.krate.name);
            let help = "write `default-features = false`, with the features that are needed; where the workspace's \
                        entry has them, there";
            findings.push(self.told(at(entry), message, help.to_owned(), "default"));
        }
    }

    /// Where a feature is switched on: in a dependency table, or by a feature of the crate.
    fn switched_on(&self, feature: &str) -> Option<(Location, String)> {
        let manifest = &self.krate.manifest;
        if let Some(entry) =
            self.entries.iter().find(|entry| entry.features.iter().any(|other| other == feature))
        {
            return Some((of_dependency(manifest, entry, self.externals.tree), String::new()));
        }
        self.krate.features.iter().find_map(|own| {
            let passes_on = |entry: &&Dependency| {
                let on = |enabled: &String| {
                    enabled.split_once('/').is_some_and(|(key, passed)| {
                        key.trim_end_matches('?') == entry.key && passed == feature
                    })
                };
                own.enables.iter().any(on)
            };
            self.entries.iter().copied().find(|entry| passes_on(entry))?;
            let location = of_line(manifest, own.line, self.externals.tree);
            Some((location, format!(" by its own feature `{}`", own.name)))
        })
    }

    fn told(&self, location: Location, message: String, help: String, feature: &str) -> Finding {
        let finding = Finding::new(&MISFEATURED_DEPENDENCY, location, message);
        let package = self.entries.first().map_or("", |entry| entry.package.as_str());
        reasoned(finding, &Entry::named("external", self.held.name, self.held.rule), help)
            .fact(&self.krate.name)
            .fact(package)
            .fact(feature)
    }
}
