//! What the modules that `external` holds name of packages from elsewhere.

use std::collections::BTreeMap;

use findings::{Finding, Rule};

use super::{Externals, Held};
use crate::evidence::{and_more, of_reference, reasoned};
use crate::map::Use;
use crate::policy::Entry;

/// That a module names a package from elsewhere.
pub(crate) struct NamedBy<'m> {
    /// The module's place.
    from: &'m str,
    /// The package's name.
    package: &'m str,
    first: &'m Use<'m>,
    count: usize,
}

impl<'m> Externals<'m> {
    /// What modules that are held to the rule name of packages that are meant: the first use for each module and package.
    pub(crate) fn named_by(&self, held: &Held<'_>, meant: impl Fn(&str) -> bool) -> Vec<NamedBy<'m>> {
        let mut found: BTreeMap<(&str, &str), NamedBy<'m>> = BTreeMap::new();
        if held.modules.is_empty() {
            return Vec::new();
        }
        let is_held = |place: &str| held.modules.iter().any(|module| module.covers(place).is_some());
        let by_module = self.map.by_module.iter();
        let is_held: Vec<bool> = by_module.map(|place| place.as_deref().is_some_and(is_held)).collect();
        for used in self.map.uses.iter().filter(|used| is_held[used.reference.from]) {
            let meaning = self.map.meaning(used);
            if meaning.home.as_ref().is_some_and(|(krate, _)| !self.map.workspace.crates[*krate].outside) {
                continue;
            }
            let first = meaning.to.split("::").next().unwrap_or_default().replace('-', "_");
            let mut dependencies =
                self.map.dependencies(used.reference.krate).filter(|it| self.map.is_from_elsewhere(it));
            let package =
                dependencies.find(|it| it.package.replace('-', "_") == first).map(|it| it.package.as_str());
            if let Some(package) = package.filter(|package| meant(package)) {
                let from = self.map.user(used);
                let new = || NamedBy { from, package, first: used, count: 0 };
                found.entry((from, package)).or_insert_with(new).count += 1;
            }
        }
        found.into_values().collect()
    }

    /// The finding that a name in the code of a module is.
    pub(crate) fn told_named(
        &self,
        rule: &'static Rule,
        held: &Held<'_>,
        named: &NamedBy<'_>,
        wrong: &str,
        help: String,
    ) -> Finding {
        let (from, package) = (named.from, named.package);
        let message = format!("`{from}` names `{package}`, and {wrong}");
        let mut finding = Finding::new(rule, of_reference(named.first.reference, self.tree), message);
        if let Some(more) = and_more(named.count - 1, "use") {
            finding = finding.note(format!("{more} of `{package}` in `{from}`"));
        }
        reasoned(finding, &Entry::named("external", held.name, held.rule), help).fact(from).fact(package)
    }
}

impl NamedBy<'_> {
    /// The package's name.
    pub(crate) fn package(&self) -> &str {
        self.package
    }
}
