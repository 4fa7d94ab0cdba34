//! Paths that only some may name, or nobody.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, rule};
use source::{Dependency, Tree};

use crate::evidence::{and_more, of_dependency, of_reference, reasoned};
use crate::map::{Map, Meaning, Use};
use crate::path::{Pattern, is_below};
use crate::policy::Entry;
use crate::{Error, Forbidden, Policy};

rule! {
    /// Paths that the policy lets only some name, or nobody, named elsewhere: through `use`, inline, through an alias, a
    /// renamed dependency, a re-export inside the workspace, in an attribute, in the arguments of a macro, or by calling a
    /// macro whose body names them. Where a whole crate is meant, a package that may not name it may not depend on it
    /// either. What a module may name that lies in the forbidden path itself is its own business.
    ///
    /// ## Why it hurts
    /// An engine that is named in one place can be replaced in one place, and can be left out of a test. Named in many,
    /// it decides what the code may look like, and each new place is copied from the last.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   forbidden:
    ///     engines: { paths: [redb], only_in: [features::redb_store], because: stores are behind a trait }
    ///     exits: { paths: ["std::process::exit"], because: a service shuts down in order }
    ///
    /// crate features -> redb
    /// crate home -> features, redb as db //~
    /// crate models -> redb
    /// features/src/redb_store.rs | use redb::Database;
    /// models/src/lib.rs | pub fn open() -> redb::Database { todo!() } //~
    /// home/src/lib.rs | use std::process;
    /// home/src/lib.rs | pub fn stop() { process::exit(1) } //~
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   forbidden:
    ///     engines: { paths: [redb], only_in: [features::redb_store], because: stores are behind a trait }
    ///     exits: { paths: ["std::process::exit"], because: a service shuts down in order }
    ///
    /// crate features -> redb
    /// crate home -> features
    /// features/src/redb_store.rs | pub struct RedbStore(redb::Database);
    /// home/src/lib.rs | use features::redb_store::RedbStore;
    /// ```
    pub static FORBIDDEN_PATH = {
        id: "forbidden-path",
        guard: "arch",
        group: "graph",
        level: Error,
        summary: "finds paths named where the policy does not let them be named",
    };
}

/// One rule of the policy, its patterns read.
struct Ban<'p> {
    name: &'p str,
    rule: &'p Forbidden,
    paths: Vec<Pattern>,
    only_in: Vec<Pattern>,
}

impl Ban<'_> {
    /// What is forbidden of a path, and what of it is said.
    fn means<'u>(&self, meaning: &'u Meaning<'_>) -> Option<(&'u str, &'u str)> {
        let mut paths = self.paths.iter();
        let named =
            paths.find_map(|pattern| pattern.covers(&meaning.to).or_else(|| by_library(pattern, meaning)))?;
        // The item says more, unless something below it is what is forbidden.
        let item = meaning.item();
        Some((named, if named.len() > item.len() { named } else { item }))
    }

    fn allows(&self, place: &str) -> bool {
        self.only_in.iter().any(|pattern| pattern.covers(place).is_some())
    }
}

/// What a pattern covers of a path in the workspace that it writes with the name of the library.
fn by_library<'u>(pattern: &Pattern, meaning: &'u Meaning<'_>) -> Option<&'u str> {
    let Meaning { to, canonical, home } = meaning;
    // Where both are one text it was asked already.
    if home.is_none() || to == canonical {
        return None;
    }
    let rest = canonical.len() - pattern.covers(canonical)?.len();
    to.get(..to.len().checked_sub(rest)?)
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for (name, rule) in &policy.forbidden {
        let ban = Ban {
            name,
            rule,
            paths: Pattern::read_all(&rule.paths)?,
            only_in: policy.patterns(&rule.only_in)?,
        };
        find_one(map, &ban, tree, &mut findings);
    }
    Ok(findings)
}

fn find_one(map: &Map<'_>, ban: &Ban<'_>, tree: &Tree, findings: &mut Vec<Finding>) {
    let mut named: BTreeMap<(&str, &str), (&Use<'_>, usize)> = BTreeMap::new();
    let meant: Vec<Option<(&str, &str)>> = map.meanings.iter().map(|meaning| ban.means(meaning)).collect();
    for used in &map.uses {
        let Some((path, item)) = meant[used.meaning] else { continue };
        let from = map.user(used);
        // Within what is forbidden it is at home.
        if !is_below(from, path) && !ban.allows(from) {
            named.entry((from, item)).or_insert((used, 0)).1 += 1;
        }
    }
    let mut shown = BTreeSet::new();
    for ((from, item), (used, count)) in named {
        let message = format!("`{from}` names `{item}`, and {}", who_may(ban.rule));
        let mut finding = Finding::new(&FORBIDDEN_PATH, of_reference(used.reference, tree), message);
        let krate = used.reference.krate;
        if let Some(dependency) =
            forbidden_dependencies(map, ban, krate).find(|dependency| leads_to(dependency, item))
        {
            let manifest = &map.workspace.crates[krate].manifest;
            let text = "the dependency that makes it possible";
            finding = finding.note_at(of_dependency(manifest, dependency, tree), text);
            shown.insert((krate, dependency.line));
        }
        if let Some(more) = and_more(count - 1, "use") {
            finding = finding.note(format!("{more} of `{item}` in `{from}`"));
        }
        findings.push(explained(finding, ban).fact(from).fact(item));
    }
    for (index, krate) in map.workspace.crates.iter().enumerate() {
        for dependency in forbidden_dependencies(map, ban, index) {
            if shown.contains(&(index, dependency.line)) {
                continue;
            }
            let message =
                format!("`{}` depends on `{}`, and {}", krate.name, dependency.package, who_may(ban.rule));
            let location = of_dependency(&krate.manifest, dependency, tree);
            let finding = Finding::new(&FORBIDDEN_PATH, location, message);
            findings.push(explained(finding, ban).fact(&krate.name).fact(&dependency.package));
        }
    }
}

/// The dependencies of a crate that are forbidden as a whole, where nothing of the crate may name them.
fn forbidden_dependencies<'m>(
    map: &'m Map<'_>,
    ban: &'m Ban<'_>,
    krate: usize,
) -> impl Iterator<Item = &'m Dependency> {
    let name = map.workspace.crates[krate].name.as_str();
    let may = ban.only_in.iter().any(|pattern| pattern.may_be_in(name));
    let whole = |dependency: &&Dependency| {
        let member = dependency.member.and_then(|member| map.workspace.crates[member].lib_name.as_ref());
        let mut names = std::iter::once(&dependency.package).chain(member);
        names.any(|name| ban.paths.iter().any(|pattern| pattern.is_crate() && pattern.names(name)))
    };
    map.dependencies(krate).filter(move |_| !may).filter(whole)
}

fn leads_to(dependency: &Dependency, item: &str) -> bool {
    let first = item.split("::").next().unwrap_or_default();
    first.replace('-', "_") == dependency.package.replace('-', "_") || first == dependency.name
}

fn who_may(rule: &Forbidden) -> String {
    let names: Vec<String> = rule.only_in.iter().map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "nobody may".to_owned(),
        _ => format!("only {} may", names.join(", ")),
    }
}

fn explained(finding: Finding, ban: &Ban<'_>) -> Finding {
    let rule = ban.rule;
    let help = match rule.only_in.is_empty() {
        true => "do without it".to_owned(),
        false => format!("let {} do it, and use that", rule.only_in.join(" or ")),
    };
    reasoned(finding, &Entry::named("forbidden", ban.name, rule), help)
}
