//! Patterns of the policy that match nothing.

use std::collections::BTreeSet;

use findings::{Finding, Level, Location, rule};
use source::{Lock, Tree};

use crate::flow::functions as functions_of;
use crate::layers::Layers;
use crate::map::Map;
use crate::packages::lock_file;
use crate::path::Pattern;
use crate::policy::{Entry, Means, Named, Preset, layer_named};
use crate::policy_file::PolicyFile;
use crate::sets::Set;
use crate::{Error, Policy};

rule! {
    /// Members of layers, and other patterns of the section `arch`, that match no crate and no module; and forbidden
    /// paths that lead to no module and to nothing that is used in the workspace, or into crates that neither a manifest
    /// nor `Cargo.lock` knows. A path that nobody may name is allowed to be missing, since that is what its rule wants:
    /// there the finding is a note.
    ///
    /// ## Why it hurts
    /// A rule with a typing error in it holds nobody to anything and looks as green as one that works. So does a rule
    /// whose crate was renamed last year.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - name: crates
    ///       members: [features, modles] #~
    ///       because: crates know no service
    ///   forbidden:
    ///     engines:
    ///       paths: [rebd] #~
    ///       only_in: [features]
    ///       because: stores are behind a trait
    ///
    /// crate home -> features
    /// crate features -> redb
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features], because: crates know no service }
    ///   forbidden:
    ///     engines: { paths: [redb], only_in: [features], because: stores are behind a trait }
    ///
    /// crate home -> features
    /// crate features -> redb
    /// ```
    pub static VACUOUS_RULE = {
        id: "vacuous-rule",
        guard: "arch",
        group: "policy",
        level: Error,
        summary: "finds patterns of the policy that match nothing",
    };
}

pub(crate) fn find(
    map: &Map<'_>,
    policy: &Policy,
    sets: &[Set<'_>],
    tree: &Tree,
) -> Result<Vec<Finding>, Error> {
    let mut known = None;
    let mut functions = None;
    let mut empty = Vec::new();
    for entry in policy.entries() {
        for pattern in entry.rule.patterns() {
            let level = match pattern.means {
                // A layer's members are looked at where the layer lists them.
                Means::Members if layer_named(pattern.text).is_some() => None,
                Means::Files => finds_none(sets, &entry).then_some(Level::Error),
                Means::Places | Means::Members => {
                    (!map.has_place(&Pattern::read(pattern.text)?)).then_some(Level::Error)
                }
                Means::Paths { missing } => {
                    let known = known.get_or_insert_with(|| known_crates(map, tree));
                    (!leads_somewhere(map, known, &Pattern::read(pattern.text)?)).then_some(missing)
                }
                Means::Functions => {
                    let functions = functions.get_or_insert_with(|| functions_of(map));
                    let pattern = Pattern::read(pattern.text)?;
                    (!functions.iter().any(|function| pattern.names(&function.name))).then_some(Level::Error)
                }
                Means::Items if map.names.canonical(pattern.text).is_some() => None,
                Means::Items => {
                    let known = known.get_or_insert_with(|| known_crates(map, tree));
                    (!leads_somewhere(map, known, &Pattern::read(pattern.text)?)).then_some(Level::Error)
                }
            };
            empty.extend(level.map(|level| Empty { rule: entry.to_string(), pattern, level }));
        }
    }
    if empty.is_empty() {
        return Ok(Vec::new());
    }
    let policy_file = PolicyFile::read(tree);
    Ok(empty
        .iter()
        .filter_map(|empty| Some(told(empty, policy_file.locate(&empty.rule, &empty.pattern)?)))
        .collect())
}

/// A preset of which no layer has a member here.
pub(crate) fn of_preset(layers: &Layers<'_>, preset: Preset, tree: &Tree) -> Option<Finding> {
    let own = |layer: &usize| {
        let name = &layers.list[*layer].name;
        preset.layers().is_ok_and(|names| names.contains(name))
    };
    let has_places = layers.list.is_empty() || layers.with_members().iter().any(own);
    let location = PolicyFile::read(tree).locate_own("preset").filter(|_| !has_places)?;
    let message = format!("no layer of the preset `{preset}` has a member in this workspace");
    let help = "name the crates in layers that are called like the preset's; or take the preset out";
    Some(Finding::new(&VACUOUS_RULE, location, message).help(help).fact("preset").fact(preset.to_string()))
}

/// Whether a rule about things of a kind finds none.
fn finds_none(sets: &[Set<'_>], entry: &Entry<'_>) -> bool {
    let own = |set: &&Set<'_>| entry.kind == "complete" && set.name == entry.name;
    sets.iter().find(own).is_some_and(|set| set.things.is_empty())
}

/// A pattern that matches nothing.
struct Empty<'p> {
    /// The rule that it stands in, as findings call it.
    rule: String,
    pattern: Named<'p>,
    level: Level,
}

fn told(empty: &Empty<'_>, location: Location) -> Finding {
    let (rule, text, key) = (&empty.rule, empty.pattern.text, empty.pattern.bare_key());
    let (message, help) = match empty.pattern.means {
        Means::Paths { .. } | Means::Items => (
            format!(
                "`{text}` in `arch.{rule}.{key}` leads to nothing that is in this workspace or that it depends on"
            ),
            "write the crate as its package is called and an item where it is defined; or take the path out",
        ),
        Means::Files => (
            format!("`{text}` in `arch.{rule}.{key}` matches no file"),
            "write the path from the root on, with a capture where the things differ; or take the rule out",
        ),
        Means::Functions => (
            format!("`{text}` in `arch.{rule}.{key}` matches no function"),
            "write it as `package::module::function`; or take it out",
        ),
        Means::Places | Means::Members => (
            format!("`{text}` in `arch.{rule}.{key}` matches no crate and no module"),
            "write the name as in the manifest, a module as `package::module`; or take it out",
        ),
    };
    let mut finding = Finding::new(&VACUOUS_RULE, location, message);
    finding.level = empty.level;
    finding.help(help).fact(format!("{rule}.{key}")).fact(text)
}

/// Whether a path leads anywhere: in the workspace to a module or to something that is used, else into a crate that
/// somebody depends on.
fn leads_somewhere(map: &Map<'_>, known: &Known, pattern: &Pattern) -> bool {
    let Some(first) = pattern.first() else { return true };
    if map.has_place(pattern) {
        return true;
    }
    if known.members.contains(&first) {
        let covers = |path: &str| pattern.covers(path).is_some();
        let mut inside = map.meanings.iter().filter(|meaning| meaning.home.is_some());
        return inside.any(|meaning| covers(&meaning.to) || covers(meaning.canonical));
    }
    if first == source::GENERATED {
        return map.meanings.iter().any(|meaning| pattern.covers(&meaning.to).is_some());
    }
    matches!(first.as_str(), "std" | "core" | "alloc") || known.others.contains(&first)
}

/// The crates that a path may begin with, as code writes them.
struct Known {
    members: BTreeSet<String>,
    others: BTreeSet<String>,
}

fn known_crates(map: &Map<'_>, tree: &Tree) -> Known {
    let mut known = Known { members: BTreeSet::new(), others: BTreeSet::new() };
    for krate in &map.workspace.crates {
        known.members.extend(krate.lib_name.clone());
        known.members.insert(krate.name.replace('-', "_"));
        known.others.extend(krate.dependencies.iter().map(|dependency| dependency.package.replace('-', "_")));
    }
    let roots: BTreeSet<&str> = map.workspace.crates.iter().map(|krate| krate.root.as_str()).collect();
    for lock in roots.iter().filter_map(|root| Lock::read(tree, &lock_file(root)).ok()) {
        known.others.extend(lock.packages.iter().map(|package| package.name.replace('-', "_")));
    }
    known
}
