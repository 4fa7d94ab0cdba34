//! Uses of a higher layer, of a layer beyond the next, or of a sibling.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use findings::{Finding, rule};
use source::{Dependency, Tree};

use crate::evidence::{and_more, of_dependency, of_reference, reasoned};
use crate::layers::{Breach, Layers, Unit};
use crate::map::{Map, Use};

rule! {
    /// Crates and modules that use a higher layer, a layer beyond the next one where theirs is closed, or another
    /// member of their own layer where its members are independent. Both the manifests and the paths in the code are
    /// looked at: imports, inline paths, aliases, re-exports (a name counts where it is defined) and macro arguments.
    /// Code for tests and dev-dependencies may use what they like, unless the policy says `tests: judged`.
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

pub(crate) fn find(map: &Map<'_>, layers: &Layers<'_>, tree: &Tree) -> Vec<Finding> {
    if layers.list.is_empty() {
        return Vec::new();
    }
    let lines = dependencies(map);
    let mut findings = Vec::new();
    let mut shown = BTreeSet::new();
    for ((from, to), edge) in edges(map, layers) {
        let item = map.item_of(&edge.first.to);
        let message = format!("`{from}` uses `{item}`, {}", said(layers, edge.breach, &edge.from, &edge.to));
        let mut finding = Finding::new(&LAYER_BROKEN, of_reference(edge.first.reference, tree), message);
        let crates = (edge.first.reference.krate, edge.first.krate);
        if let (one, Some(other)) = crates
            && let Some(dependency) = lines.get(&(one, other))
            && layers.breach_of_crates(map, one, other).is_some()
        {
            let manifest = &map.workspace.crates[one].manifest;
            finding = finding
                .note_at(of_dependency(manifest, dependency, tree), "the dependency that makes it possible");
            shown.insert((one, other));
        }
        if let Some(more) = and_more(edge.count - 1, "use") {
            finding = finding.note(format!("{more} of `{to}` in `{from}`"));
        }
        findings.push(explained(finding, layers, &edge.from, &edge.to).fact(from).fact(to));
    }
    for ((from, to), dependency) in &lines {
        let Some((breach, one, other)) = layers.breach_of_crates(map, *from, *to) else { continue };
        if shown.contains(&(*from, *to)) {
            continue;
        }
        let (user, used) = (&map.workspace.crates[*from], &map.workspace.crates[*to]);
        let message =
            format!("`{}` depends on `{}`, {}", user.name, used.name, said(layers, breach, one, other));
        let finding = Finding::new(&LAYER_BROKEN, of_dependency(&user.manifest, dependency, tree), message);
        findings.push(explained(finding, layers, one, other).fact(&user.name).fact(&used.name));
    }
    findings
}

/// The first line by which a crate depends on another.
fn dependencies<'m>(map: &'m Map<'_>) -> BTreeMap<(usize, usize), &'m Dependency> {
    let mut lines = BTreeMap::new();
    for from in 0..map.workspace.crates.len() {
        for dependency in map.dependencies(from) {
            if let Some(to) = dependency.member.filter(|to| *to != from) {
                lines.entry((from, to)).or_insert(dependency);
            }
        }
    }
    lines
}

/// The uses that break a layer, by the modules that use and are used.
fn edges<'m>(map: &'m Map<'_>, layers: &Layers<'_>) -> BTreeMap<(&'m str, &'m str), Edge<'m>> {
    let mut judged: HashMap<(&str, &str), bool> = HashMap::new();
    let mut edges: BTreeMap<(&str, &str), Edge<'m>> = BTreeMap::new();
    for used in map.uses.iter().filter(|used| used.krate.is_some()) {
        let pair = (used.from.as_str(), map.module_of(&used.to));
        if let Some(edge) = edges.get_mut(&pair) {
            edge.count += 1;
        } else if *judged.entry(pair).or_insert_with(|| layers.breach_between(pair.0, pair.1).is_some())
            && let Some((breach, from, to)) = layers.breach_between(pair.0, pair.1)
        {
            edges.insert(pair, Edge { breach, from: from.clone(), to: to.clone(), first: used, count: 1 });
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
    reasoned(finding, &layer.because, layer.instead.as_ref(), help)
}
