//! Uses of a higher layer, of a layer beyond the next, or of a sibling.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, rule};
use source::Tree;

use crate::evidence::{and_more, of_dependency, of_reference, reasoned};
use crate::exceptions::Exceptions;
use crate::layers::{Breach, Layers, Unit};
use crate::map::{Map, Need, Use};
use crate::policy::Entry;
use crate::relations::through;

rule! {
    /// Crates and modules that use a higher layer, a layer beyond the next one where theirs is closed, or another
    /// member of their own layer where its members are independent. Both the manifests and the paths in the code are
    /// looked at: imports, inline paths, aliases, re-exports (a name counts where it is defined) and macro arguments.
    /// A package below the root that members reach by path is held to them too, member or not. One that `[patch]` puts
    /// in is no way round: the members that it depends on count as depended on by whoever depends on it.
    ///
    /// Code for tests and dev-dependencies may use what they like, unless the policy says `tests: judged`.
    ///
    /// No path names what a method call on a value reaches, what an attribute names, or what a procedural macro or a
    /// build script writes: there only the manifests are a wall, so a layer that must hold is made of crates.
    ///
    /// ## Why it hurts
    /// The layer below can no longer be built, tested or understood without the one above. The first such edge is
    /// cheap, the tenth makes two crates one, and taking them apart again costs whoever comes next.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features, models], because: crates know no service and not each other }
    ///
    /// crate home -> features, models
    /// crate features -> home, models
    /// crate models -> home //~
    /// features/src/lib.rs | pub use home::Shelf; //~
    /// features/src/lib.rs | pub fn load() { models::load() } //~
    /// ```
    ///
    /// ## Instead
    /// Move what both need to a lower layer, or hand it in from above.
    /// ```good
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features, models], because: crates know no service and not each other }
    ///     - { name: words, members: [shelf], because: everybody speaks of shelves }
    ///
    /// crate home -> features, models, shelf
    /// crate features -> shelf
    /// crate models
    /// crate shelf
    /// features/src/lib.rs | pub use shelf::Shelf;
    /// home/src/lib.rs | pub fn load() { models::load() }
    /// ```
    pub static LAYER_BROKEN = {
        id: "layer-broken",
        guard: "arch",
        group: "layers",
        level: Error,
        summary: "finds crates and modules that use a layer which theirs must not use",
    };
}

/// The uses of one module by another that break a layer.
struct Edge<'m> {
    breach: Breach,
    from: Unit,
    to: Unit,
    first: &'m Use<'m>,
    count: usize,
}

pub(crate) fn find(map: &Map<'_>, layers: &Layers<'_>, exceptions: &Exceptions, tree: &Tree) -> Vec<Finding> {
    by_layer(map, layers, exceptions, tree).into_iter().map(|(_, finding)| finding).collect()
}

/// Every finding with the layer that is broken, by its place in the list.
pub(crate) fn by_layer(
    map: &Map<'_>,
    layers: &Layers<'_>,
    exceptions: &Exceptions,
    tree: &Tree,
) -> Vec<(usize, Finding)> {
    if layers.list.is_empty() {
        return Vec::new();
    }
    let lines = dependencies(map);
    let mut findings = Vec::new();
    let mut shown = BTreeSet::new();
    let mut excepted = BTreeSet::new();
    // An exception stands at the layer that uses.
    let lets = |unit: &Unit, from: &str, to: &str| {
        exceptions.of_rule("layers", &layers.list[unit.layer].name).lets(from, to)
    };
    for ((from, to), edge) in edges(map, layers) {
        if lets(&edge.from, from, to) {
            let home = map.meaning(edge.first).home.as_ref();
            excepted.extend(home.map(|(home, _)| (edge.first.reference.krate, *home)));
            continue;
        }
        let item = map.meaning(edge.first).item();
        let message = format!("`{from}` uses `{item}`, {}", said(layers, edge.breach, &edge.from, &edge.to));
        let mut finding = Finding::new(&LAYER_BROKEN, of_reference(edge.first.reference, tree), message);
        for dependency in through(map, edge.first) {
            let crates = (edge.first.reference.krate, dependency.member.unwrap_or_default());
            if lines.contains_key(&crates) && layers.breach_of_crates(crates.0, crates.1).is_some() {
                let manifest = &map.workspace.crates[crates.0].manifest;
                let text = "the dependency that makes it possible";
                finding = finding.note_at(of_dependency(manifest, dependency, tree), text);
                shown.insert(crates);
            }
        }
        if let Some(more) = and_more(edge.count - 1, "use") {
            finding = finding.note(format!("{more} of `{to}` in `{from}`"));
        }
        let finding = explained(finding, layers, &edge.from, &edge.to).fact(from).fact(to);
        findings.push((edge.from.layer, finding));
    }
    for ((from, to), need) in &lines {
        let Some((breach, one, other)) = layers.breach_of_crates(*from, *to) else { continue };
        if shown.contains(&(*from, *to)) {
            continue;
        }
        let (user, used) = (&map.workspace.crates[*from], &map.workspace.crates[*to]);
        // What makes a use possible that is let through is let through with it.
        if lets(one, &user.name, &used.name) || excepted.contains(&(*from, *to)) {
            continue;
        }
        let over = need.over().unwrap_or_default();
        let message =
            format!("`{}` depends on `{}`{over}, {}", user.name, used.name, said(layers, breach, one, other));
        let location = of_dependency(&user.manifest, need.dependency, tree);
        let finding = Finding::new(&LAYER_BROKEN, location, message);
        let finding = explained(finding, layers, one, other).fact(&user.name).fact(&used.name);
        findings.push((one.layer, finding));
    }
    findings
}

/// The first line by which a crate depends on another.
fn dependencies<'m>(map: &Map<'m>) -> BTreeMap<(usize, usize), Need<'m>> {
    let mut lines = BTreeMap::new();
    for from in 0..map.workspace.crates.len() {
        for need in map.needs(from) {
            lines.entry((from, need.member)).or_insert(need);
        }
    }
    lines
}

/// The uses that break a layer, by the modules that use and are used.
fn edges<'m>(map: &'m Map<'_>, layers: &Layers<'_>) -> BTreeMap<(&'m str, &'m str), Edge<'m>> {
    let mut edges: BTreeMap<(&str, &str), Edge<'m>> = BTreeMap::new();
    for pair in &map.pairs {
        let first = &map.uses[pair.first];
        let Some((_, module)) = &map.meaning(first).home else { continue };
        let places = (map.user(first), &**module);
        if let Some((breach, from, to)) = layers.breach_between(places.0, places.1) {
            let edge = || Edge { breach, from: from.clone(), to: to.clone(), first, count: 0 };
            edges.entry(places).or_insert_with(edge).count += pair.count;
        }
    }
    edges
}

fn said(layers: &Layers<'_>, breach: Breach, from: &Unit, to: &Unit) -> String {
    let (layer, other) = (&layers.list[from.layer].name, &layers.list[to.layer].name);
    match breach {
        Breach::Above => format!("and layer `{layer}` lies below layer `{other}`"),
        Breach::Beyond => format!("and layer `{layer}` is closed: it may use the next layer, not `{other}`"),
        Breach::Beside => format!("and the members of layer `{layer}` are independent of each other"),
    }
}

fn explained(finding: Finding, layers: &Layers<'_>, from: &Unit, to: &Unit) -> Finding {
    let layer = &layers.list[from.layer];
    let help = format!("move what is used below `{}`, or what uses it above `{}`", from.name, to.name);
    reasoned(finding, &Entry::of_layer(from.layer, layer), help)
}
