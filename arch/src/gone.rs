//! What head takes out of the policy because it is no longer there: a crate that was removed, or has another name.

use std::collections::{BTreeSet, HashMap};

use ::policy::{Difference, Effect};
use source::{Change, ChangeKind, Code};

use crate::map::Map;
use crate::path::{Pattern, is_below};
use crate::policy::{Entry, Means, Named, layer_named};
use crate::self_test::{breaks, needs_no_example};
use crate::{Error, Policy};

/// Both sides of a change, for the question whether what head takes out of the policy spoke of anything.
pub struct Sides<'a> {
    /// The files that differ, with what was renamed.
    pub change: &'a Change,
    /// The base's section and its code.
    pub base: (&'a Policy, &'a Code),
    /// Head's section and its code.
    pub head: (&'a Policy, &'a Code),
}

/// Whether a difference may be such a one, before any code is read.
pub fn may_be_gone(difference: &Difference) -> bool {
    let is_entry = difference.path.ends_with("[]");
    let goes = difference.after.is_none() || is_entry || of_example(difference).is_some();
    difference.effect == Effect::Loosens && goes && difference.path.starts_with("arch.")
}

/// The rule whose example a difference changes or takes out.
fn of_example(difference: &Difference) -> Option<&str> {
    difference.path.strip_prefix("arch.")?.strip_suffix(".fails_on")
}

/// Whether an example may change or go: nothing can break head's rule any more; or head's example breaks head's rule, and
/// either the base's rule as well, so that it proves no less, or the base's example no longer does, as where a crate was
/// renamed.
fn may_change(sides: &Sides<'_>, rule: &str) -> Result<bool, Error> {
    let now = &of_head(sides, rule);
    if needs_no_example(sides.head.0, now)? {
        return Ok(true);
    }
    let before = sides.base.0.entries().into_iter().find(|entry| entry.to_string() == rule);
    let after = sides.head.0.entries().into_iter().find(|entry| entry.to_string() == *now);
    let example = |entry: Option<Entry<'_>>| entry.and_then(|it| it.rule.words().fails_on.map(str::to_owned));
    let (Some(before), Some(after)) = (example(before), example(after)) else { return Ok(false) };
    Ok(breaks(sides.head.0, now, &after)?
        && (breaks(sides.base.0, rule, &after)? || !breaks(sides.head.0, now, &before)?))
}

/// What head calls a rule of the base: another name where one layer has one.
fn of_head(sides: &Sides<'_>, rule: &str) -> String {
    let names =
        |policy: &Policy| policy.layers.iter().map(|layer| layer.name.clone()).collect::<BTreeSet<_>>();
    let (before, after) = (names(sides.base.0), names(sides.head.0));
    let gone: Vec<_> = before.difference(&after).collect();
    let new: Vec<_> = after.difference(&before).collect();
    match (&gone[..], &new[..]) {
        ([gone], [new]) if rule == format!("layers[{gone}]") => format!("layers[{new}]"),
        _ => rule.to_owned(),
    }
}

/// Whether a difference loosens nothing, because what it takes out spoke of nothing that head has: a member of a list that
/// no crate and no module of head is called by, or a rule of which that is true of a whole list. What was renamed must
/// have its new name in the same list, so that it is held as it was. Or an example, where
/// another one proves its rule as well, or where nothing can break it any more. Or a member that a list of who may do
/// something gains, where it is what one that the list lost was renamed to.
///
/// # Errors
/// As [`crate::check`].
pub fn is_gone(sides: &Sides<'_>, difference: &Difference) -> Result<bool, Error> {
    if !may_be_gone(difference) {
        return Ok(false);
    }
    if let Some(rule) = of_example(difference) {
        return may_change(sides, rule);
    }
    let before = Map::of(sides.base.1, sides.base.0);
    let after = Map::of(sides.head.1, sides.head.0);
    let both = Both { change: sides.change, before, after };
    for entry in sides.base.0.entries() {
        let path = format!("arch.{entry}");
        if path == difference.path {
            return both.rule_is_gone(sides.base.0, &entry);
        }
        let Some(key) =
            difference.path.strip_prefix(&format!("{path}.")).and_then(|key| key.strip_suffix("[]"))
        else {
            continue;
        };
        let now = of_head(sides, &entry.to_string());
        let head = sides.head.0.entries().into_iter().find(|other| other.to_string() == now);
        let lists =
            Lists { before: list(&entry, key), after: head.map_or_else(Vec::new, |head| list(&head, key)) };
        let Some(means) =
            entry.rule.patterns().iter().find(|named| is_in(named, key)).map(|named| named.means)
        else {
            continue;
        };
        return match (&difference.before, &difference.after) {
            (Some(text), None) if lists.before.contains(text) => {
                // Of what is no place it cannot be told whether it is gone.
                let speaks = is_of_places(means) || (!text.contains('*') && both.spoke(text)?);
                let held = sides.head.0.patterns(&lists.after)?;
                Ok(speaks && both.is_gone(text, &|place| covers(&held, place))?)
            }
            (None, Some(text)) if is_of_places(means) => both.is_renamed(text, &lists),
            _ => Ok(false),
        };
    }
    Ok(false)
}

/// One list of a rule on both sides.
struct Lists {
    before: Vec<String>,
    after: Vec<String>,
}

/// The texts of a list of a rule.
fn list(entry: &Entry<'_>, key: &str) -> Vec<String> {
    let patterns = entry.rule.patterns();
    patterns.iter().filter(|named| is_in(named, key)).map(|named| named.text.to_owned()).collect()
}

/// Whether a pattern stands in a list, by the key as differences write it: `only_through.redis` of
/// `only_through["redis"][0]`.
fn is_in(named: &Named<'_>, key: &str) -> bool {
    let is_listed = !named.key.ends_with("\"]");
    let key_of = Named { key: named.key.replace("[\"", ".").replace("\"]", ""), ..named.clone() }.bare_key();
    is_listed && key_of == key
}

fn is_of_places(means: Means) -> bool {
    matches!(means, Means::Places | Means::Members)
}

fn covers(patterns: &[Pattern], place: &str) -> bool {
    patterns.iter().any(|pattern| pattern.covers(place).is_some())
}

/// The crates and modules of both sides.
struct Both<'a> {
    change: &'a Change,
    before: Map<'a>,
    after: Map<'a>,
}

impl Both<'_> {
    /// Whether nothing of head is called by a pattern, and whatever it was renamed to is held.
    fn is_gone(&self, text: &str, is_held: &dyn Fn(&str) -> bool) -> Result<bool, Error> {
        if layer_named(text).is_some() {
            return Ok(false);
        }
        let pattern = Pattern::read(text)?;
        if self.after.modules.keys().any(|place| pattern.names(place)) {
            return Ok(false);
        }
        let places: Vec<&str> =
            self.before.places().map(|(place, _)| place).filter(|place| pattern.names(place)).collect();
        if places.iter().any(|place| self.is_left_out(place)) {
            return Ok(false);
        }
        Ok(places.iter().flat_map(|place| self.successors(place)).all(is_held))
    }

    /// Whether the base has crates or modules that a pattern names.
    fn spoke(&self, text: &str) -> Result<bool, Error> {
        let pattern = Pattern::read(text)?;
        Ok(self.before.places().any(|(place, _)| pattern.names(place)))
    }

    /// Whether a crate is still where it was and only no member any more.
    fn is_left_out(&self, place: &str) -> bool {
        let is_member =
            |manifest: &str| self.after.workspace.crates.iter().any(|krate| krate.manifest == manifest);
        let mut crates = self.before.workspace.crates.iter();
        crates.any(|krate| {
            krate.name == place && self.change.head.contains(&krate.manifest) && !is_member(&krate.manifest)
        })
    }

    /// Whether an entry that a list gained is what one that it lost was renamed to, and nothing came in with it that the
    /// list did not have.
    fn is_renamed(&self, text: &str, lists: &Lists) -> Result<bool, Error> {
        // A layer has members of its own, and a wildcard speaks also of what is not there yet.
        if layer_named(text).is_some() || text.contains('*') {
            return Ok(false);
        }
        let pattern = Pattern::read(text)?;
        let mut successors = BTreeSet::new();
        for lost in
            lists.before.iter().filter(|text| !lists.after.contains(text) && layer_named(text).is_none())
        {
            let lost = Pattern::read(lost)?;
            if !self.after.modules.keys().any(|place| lost.names(place)) {
                let places = self.before.places().map(|(place, _)| place).filter(|place| lost.names(place));
                successors.extend(places.flat_map(|place| self.successors(place)));
            }
        }
        let named: Vec<&str> =
            self.after.places().map(|(place, _)| place).filter(|place| pattern.names(place)).collect();
        if named.is_empty() || !named.iter().all(|place| successors.contains(place)) {
            return Ok(false);
        }
        let places = lists.before.iter().filter(|text| layer_named(text).is_none());
        let places: Vec<Pattern> = places.map(|text| Pattern::read(text)).collect::<Result<_, _>>()?;
        // What a file holds is known by the highest module in it.
        let mut origins: HashMap<&str, Vec<&str>> = HashMap::new();
        for (place, home) in self.before.places() {
            let tops = origins.entry(&home.file).or_default();
            if !tops.last().is_some_and(|top| is_below(place, top)) {
                tops.push(place);
            }
        }
        let brought = self.after.places().filter(|(place, _)| pattern.covers(place).is_some());
        let mut files = brought.map(|(_, home)| self.change.base_path(&home.file));
        Ok(files.all(|file| origins.get(file).into_iter().flatten().all(|place| covers(&places, place))))
    }

    /// Whether a rule can no longer speak of anything: of one of its lists all is gone, and nothing of it was renamed.
    fn rule_is_gone(&self, policy: &Policy, entry: &Entry<'_>) -> Result<bool, Error> {
        // What lies between two layers decides what a closed one above may use.
        if entry.kind == "layers" && policy.layers.iter().any(|layer| layer.closed) {
            return Ok(false);
        }
        // The members of a rule about pipelines must have one; it speaks of all functions that it matches.
        if entry.kind == "pipelines" {
            return Ok(false);
        }
        let patterns = entry.rule.patterns();
        let speaks = |named: &&Named<'_>| matches!(named.means, Means::Places | Means::Members);
        let keys: BTreeSet<String> =
            patterns.iter().filter(speaks).map(Named::bare_key).filter(|key| !key.contains('.')).collect();
        for key in keys.iter().filter(|key| !key.starts_with("only_")) {
            let mut all = true;
            for text in list(entry, key) {
                all = all && self.is_gone(&text, &|_| false)?;
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The crates and modules that head has and the base has not, and that have a file which was the place's.
    fn successors(&self, place: &str) -> BTreeSet<&str> {
        let is_crate = self.before.workspace.crates.iter().find(|krate| krate.name == place);
        let renamed: HashMap<&str, &str> = (self.change.files.iter())
            .filter(|change| change.kind == ChangeKind::Renamed)
            .filter_map(|change| Some((change.from.as_deref()?, change.path.as_str())))
            .collect();
        let now = |file: &str| match renamed.get(file) {
            Some(path) => Some((*path).to_owned()),
            None => self.change.head.contains(file).then(|| file.to_owned()),
        };
        let mut found = BTreeSet::new();
        if let Some(krate) = is_crate {
            let modules = self
                .before
                .modules
                .values()
                .filter(|home| self.before.workspace.crates[home.krate].name == krate.name);
            let roots = krate.targets.iter().map(|target| target.root.as_str());
            let files: BTreeSet<&str> =
                modules.map(|home| &*home.file).chain(roots).chain([krate.manifest.as_str()]).collect();
            for path in files.into_iter().filter_map(now) {
                let owner = self.after.workspace.crates.iter().filter(|other| lies_in(&path, &other.dir));
                found.extend(owner.max_by_key(|other| other.dir.len()).map(|owner| owner.name.as_str()));
            }
        } else {
            let below = self.before.places().filter(|(other, _)| is_below(other, place));
            let files: BTreeSet<String> = below.filter_map(|(_, home)| now(&home.file)).collect();
            let owners = self.after.places().filter(|(_, home)| files.contains(&*home.file));
            found.extend(owners.map(|(place, _)| place));
        }
        found.retain(|place| !self.before.modules.contains_key(*place));
        found
    }
}

fn lies_in(path: &str, dir: &str) -> bool {
    dir.is_empty() || path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/'))
}
