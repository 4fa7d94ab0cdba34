//! Crates and modules that are in no layer, or in two.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};
use source::{Crate, TargetKind, Tree};

use crate::evidence::{self, quoted};
use crate::layers::{Layers, Unit};
use crate::map::{Home, Map};
use crate::path::is_below;

rule! {
    /// Crates that are in no layer of the policy or in two, and the same for modules of a crate that is placed module
    /// by module. Without `layers`, and with `exhaustive: false`, nothing needs a place. A package below the root that
    /// `exclude` leaves out is a crate like any other as soon as a member reaches it by path.
    ///
    /// ## Why it hurts
    /// No rule holds for what has no place. A new crate is how an architecture is walked around: it may use
    /// everything, everything may use it, and every check stays green.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features], because: crates know no service }
    ///
    /// crate home -> features, shortcuts
    /// crate features
    /// crate shortcuts -> features //~
    /// ```
    ///
    /// ## Instead
    /// Say which layer it belongs to. A crate that joins a layer needs no approval.
    /// ```good
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: stages, members: [shortcuts], because: stages are shared by services }
    ///     - { name: crates, members: [features], because: crates know no service }
    ///
    /// crate home -> features, shortcuts
    /// crate features
    /// crate shortcuts -> features
    /// ```
    pub static UNPLACED_CRATE = {
        id: "unplaced-crate",
        guard: "arch",
        group: "layers",
        level: Error,
        summary: "finds crates and modules that are in no layer, or in two",
    };
}

pub(crate) fn find(map: &Map<'_>, layers: &Layers<'_>, tree: &Tree) -> Vec<Finding> {
    if layers.list.is_empty() {
        return Vec::new();
    }
    let mut findings = twice(map, layers, tree);
    if layers.exhaustive {
        let (uses, users) = neighbours(map);
        for (index, krate) in map.workspace.crates.iter().enumerate() {
            if layers.units_of_crate(index).is_empty() {
                let outside = if krate.outside {
                    ", and it is no member of the workspace although members use it by path"
                } else {
                    ""
                };
                let finding = Finding::new(
                    &UNPLACED_CRATE,
                    evidence::of_package(&krate.manifest, tree),
                    format!("crate `{}` is in no layer{outside}", krate.name),
                );
                findings.push(
                    finding
                        .help(where_to(krate, &map.workspace.crates, layers, (&uses[index], &users[index])))
                        .fact(&krate.name),
                );
            }
        }
        findings.extend(modules(map, layers));
    }
    findings
}

/// What is a member of two layers. Such a thing is held to both.
fn twice(map: &Map<'_>, layers: &Layers<'_>, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told: Option<&str> = None;
    for (place, module) in map.places() {
        let units: BTreeSet<usize> = layers.units(place).iter().map(|unit| unit.layer).collect();
        if units.len() < 2 || told.is_some_and(|told| is_below(place, told)) {
            continue;
        }
        told = Some(place);
        let names: Vec<&str> = units.iter().map(|layer| layers.list[*layer].name.as_str()).collect();
        let finding = Finding::new(
            &UNPLACED_CRATE,
            location(map, place, module, tree),
            format!("{} `{place}` is in more than one layer: {}", noun(map, place), quoted(&names)),
        );
        findings.push(finding.help("leave it in one of them, by names that fit nothing else").fact(place));
    }
    findings
}

/// Modules without a place, of crates that are placed module by module. Of modules below each other the highest is
/// told.
fn modules(map: &Map<'_>, layers: &Layers<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told: Option<&str> = None;
    let placed: BTreeSet<&str> =
        map.places().map(|(place, _)| place).filter(|place| is_placed(layers, place)).collect();
    for (place, module) in map.places() {
        let krate = &map.workspace.crates[module.krate];
        let split = !layers.units_of_crate(module.krate).is_empty();
        if !split || module.builds || placed.contains(place) || told.is_some_and(|told| is_below(place, told))
        {
            continue;
        }
        // `a-b` sorts between `a` and `a::b`: only what begins with `a::` is below `a`.
        let below = format!("{place}::");
        let holds_placed = placed.range(below.as_str()..).next().is_some_and(|next| next.starts_with(&below));
        let has_code =
            place != krate.name || krate.targets.iter().any(|target| target.kind == TargetKind::Library);
        if holds_placed && !has_code {
            continue;
        }
        let (what, member) = match holds_placed {
            true => (format!("what `{place}` holds itself is in no layer"), format!("{place}::self")),
            false => (format!("module `{place}` is in no layer"), place.to_owned()),
        };
        if !holds_placed {
            told = Some(place);
        }
        let names: Vec<&str> = layers.list.iter().map(|layer| layer.name.as_str()).collect();
        let help = format!("add `{member}` to the `members` of one of the layers {}", quoted(&names));
        let file = if place == krate.name { root_file(krate) } else { &module.file };
        findings.push(Finding::new(&UNPLACED_CRATE, Location::file(file), what).help(help).fact(member));
    }
    findings
}

fn is_placed(layers: &Layers<'_>, place: &str) -> bool {
    !layers.units(place).is_empty()
}

/// What each crate depends on and what depends on it, within the workspace.
fn neighbours(map: &Map<'_>) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let count = map.workspace.crates.len();
    let (mut uses, mut users) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (krate, uses) in uses.iter_mut().enumerate() {
        for other in map.dependencies(krate).filter_map(|dependency| dependency.member) {
            uses.push(other);
            users[other].push(krate);
        }
    }
    (uses, users)
}

/// In which layer to put a crate: of those in which it would break nothing, the one that holds most crates of its folder,
/// else the lowest.
fn where_to(
    krate: &Crate,
    all: &[Crate],
    layers: &Layers<'_>,
    (uses, users): (&[usize], &[usize]),
) -> String {
    let name = &krate.name;
    let units = |crates: &[usize]| -> Vec<Unit> {
        crates.iter().flat_map(|krate| layers.units_of_crate(*krate)).cloned().collect()
    };
    let (below, above) = (units(uses), units(users));
    let fits = |layer: &usize| {
        let unit = Unit { layer: *layer, name: name.to_owned() };
        below.iter().all(|other| layers.breach(&unit, other).is_none())
            && above.iter().all(|other| layers.breach(other, &unit).is_none())
    };
    // Of equal ones the last, which is the lowest.
    let beside = crates_beside(krate, all, layers);
    match (0..layers.list.len()).filter(fits).max_by_key(|layer| beside[*layer]) {
        Some(layer) => {
            let why = match beside[layer] {
                0 => "the lowest in which it breaks nothing".to_owned(),
                _ => format!("where other crates of `{}` are and it breaks nothing", folder(krate)),
            };
            let layer = &layers.list[layer].name;
            format!("in `gatefold.yaml`, add `{name}` to the `members` of layer `{layer}`, {why}")
        }
        None => {
            let names: Vec<&str> = layers.list.iter().map(|layer| layer.name.as_str()).collect();
            format!(
                "part what it uses from what uses it, then add `{name}` to the `members` of one of the layers {}",
                quoted(&names)
            )
        }
    }
}

/// How many crates of the folder that a crate lies in each layer has. Those of the root are in no folder together.
fn crates_beside(krate: &Crate, all: &[Crate], layers: &Layers<'_>) -> Vec<usize> {
    let mut beside = vec![0; layers.list.len()];
    let here = folder(krate);
    let others = all.iter().enumerate().filter(|(_, other)| !here.is_empty() && folder(other) == here);
    for (other, _) in others {
        let in_layers: BTreeSet<usize> = layers.units_of_crate(other).iter().map(|unit| unit.layer).collect();
        in_layers.into_iter().for_each(|layer| beside[layer] += 1);
    }
    beside
}

/// The folder that a crate's own folder lies in.
fn folder(krate: &Crate) -> &str {
    krate.dir.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn location(map: &Map<'_>, place: &str, module: &Home, tree: &Tree) -> Location {
    let krate = &map.workspace.crates[module.krate];
    if place == krate.name {
        evidence::of_package(&krate.manifest, tree)
    } else {
        Location::file(&*module.file)
    }
}

fn noun(map: &Map<'_>, place: &str) -> &'static str {
    if map.workspace.crates.iter().any(|krate| krate.name == place) { "crate" } else { "module" }
}

fn root_file(krate: &source::Crate) -> &str {
    krate.targets.first().map_or(&krate.manifest, |target| &target.root)
}
