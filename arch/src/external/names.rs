//! What the modules that `external` holds name of packages from elsewhere.

use std::collections::BTreeMap;

use findings::{Finding, Rule};

use super::{Externals, Held};
use crate::evidence::{and_more, of_reference, reasoned};
use crate::map::Use;

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
        let uses = self.map.uses.iter().filter(|used| used.home.is_none());
        for used in uses.filter(|used| held.modules.iter().any(|module| module.covers(&used.from).is_some()))
        {
            let first = used.to.split("::").next().unwrap_or_default();
            let mut dependencies =
                self.map.dependencies(used.reference.krate).filter(|it| it.member.is_none());
            let package =
                dependencies.find(|it| it.package.replace('-', "_") == first).map(|it| it.package.as_str());
            if let Some(package) = package.filter(|package| meant(package)) {
                let new = || NamedBy { from: &used.from, package, first: used, count: 0 };
                found.entry((&used.from, package)).or_insert_with(new).count += 1;
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
        reasoned(finding, &held.rule.because, held.rule.instead.as_ref(), help).fact(from).fact(package)
    }
}

impl NamedBy<'_> {
    /// The package's name.
    pub(crate) fn package(&self) -> &str {
        self.package
    }
}
