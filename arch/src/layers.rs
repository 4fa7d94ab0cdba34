//! Which layer everything is in, and what may use what.

use std::collections::{BTreeSet, HashMap};

use crate::map::Map;
use crate::path::{Pattern, is_below};
use crate::{Error, Layer, Policy, Siblings};

/// The layers of a policy over one side of a change.
pub(crate) struct Layers<'p> {
    /// Highest first.
    pub(crate) list: &'p [Layer],
    pub(crate) exhaustive: bool,
    /// By module: the members that it belongs to. More than one is a mistake, see `unplaced-crate`.
    units: HashMap<String, Vec<Unit>>,
    /// By crate: the members that it is as a whole.
    whole: Vec<Vec<Unit>>,
    /// By crate: every member that is the crate or a module of it.
    by_crate: Vec<BTreeSet<Unit>>,
}

/// A member of a layer: a crate or a module, and with it everything below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unit {
    pub(crate) layer: usize,
    pub(crate) name: String,
}

/// Why one member must not use another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breach {
    /// The other is in a higher layer.
    Above,
    /// The layer is closed, and the other is not in the next one.
    Beyond,
    /// The two are in one layer, whose members are independent.
    Beside,
}

impl<'p> Layers<'p> {
    pub(crate) fn of(policy: &'p Policy, map: &Map<'_>) -> Result<Self, Error> {
        let mut members = Vec::new();
        for (layer, written) in policy.layers.iter().enumerate() {
            members.extend(Pattern::read_all(&written.members)?.into_iter().map(|pattern| (layer, pattern)));
        }
        let mut layers = Layers {
            list: &policy.layers,
            exhaustive: policy.exhaustive,
            units: HashMap::new(),
            whole: vec![Vec::new(); map.workspace.crates.len()],
            by_crate: vec![BTreeSet::new(); map.workspace.crates.len()],
        };
        // What a module hands down to the modules below it; sorted, so that those above come first.
        let mut handed: HashMap<&str, Vec<Unit>> = HashMap::new();
        for (place, module) in map.places() {
            let above = place.rsplit_once("::").and_then(|(above, _)| handed.get(above));
            let mut down = above.cloned().unwrap_or_default();
            let mut own = Vec::new();
            for (layer, pattern) in members.iter().filter(|(_, pattern)| pattern.names(place)) {
                let unit = Unit { layer: *layer, name: place.to_string() };
                layers.by_crate[module.krate].insert(unit.clone());
                if pattern.is_own() { own.push(unit) } else { down.push(unit) }
            }
            own.extend(down.iter().cloned());
            if !own.is_empty() {
                layers.units.insert(place.to_string(), own);
            }
            if place == map.workspace.crates[module.krate].name {
                layers.whole[module.krate].clone_from(&down);
            }
            if !down.is_empty() {
                handed.insert(place, down);
            }
        }
        Ok(layers)
    }

    /// The members that a module belongs to.
    pub(crate) fn units(&self, module: &str) -> &[Unit] {
        self.units.get(module).map(Vec::as_slice).unwrap_or_default()
    }

    /// The members that a crate is, or that are modules of it.
    pub(crate) fn units_of_crate(&self, krate: usize) -> &BTreeSet<Unit> {
        &self.by_crate[krate]
    }

    /// The layers that somebody is in.
    pub(crate) fn with_members(&self) -> BTreeSet<usize> {
        self.by_crate.iter().flatten().map(|unit| unit.layer).collect()
    }

    /// Why a member must not use another; `None` where it may.
    pub(crate) fn breach(&self, from: &Unit, to: &Unit) -> Option<Breach> {
        if from.layer == to.layer && (is_below(&from.name, &to.name) || is_below(&to.name, &from.name)) {
            return None;
        }
        let layer = &self.list[from.layer];
        match from.layer.cmp(&to.layer) {
            std::cmp::Ordering::Greater => Some(Breach::Above),
            std::cmp::Ordering::Equal => (layer.siblings == Siblings::Independent).then_some(Breach::Beside),
            std::cmp::Ordering::Less => {
                (layer.closed && to.layer != from.layer + 1).then_some(Breach::Beyond)
            }
        }
    }

    /// Why one module must not use another, with the members that they belong to.
    pub(crate) fn breach_between(&self, from: &str, to: &str) -> Option<(Breach, &Unit, &Unit)> {
        self.first_breach(self.units(from), self.units(to))
    }

    /// Why a crate must not depend on another. Where one is placed module by module, only if nothing of the one may
    /// use anything of the other.
    pub(crate) fn breach_of_crates(&self, from: usize, to: usize) -> Option<(Breach, &Unit, &Unit)> {
        let (one, other) = (&self.whole[from], &self.whole[to]);
        if !one.is_empty() && !other.is_empty() {
            return self.first_breach(one, other);
        }
        let (ones, others) = (self.units_of_crate(from), self.units_of_crate(to));
        let may = ones.iter().any(|one| others.iter().any(|other| self.breach(one, other).is_none()));
        if may { None } else { self.first_breach(ones, others) }
    }

    fn first_breach<'u>(
        &self,
        ones: impl IntoIterator<Item = &'u Unit>,
        others: impl IntoIterator<Item = &'u Unit> + Clone,
    ) -> Option<(Breach, &'u Unit, &'u Unit)> {
        ones.into_iter().find_map(|one| {
            others.clone().into_iter().find_map(|other| Some((self.breach(one, other)?, one, other)))
        })
    }
}
