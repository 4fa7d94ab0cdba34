//! Metrics that somebody watches and that a change takes away.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location};
use source::{Change, Code};

use super::code::emitted;
use super::emitted::Emitted;
use super::{Watched, series};
use crate::rules::metric_not_emitted::METRIC_NOT_EMITTED;
use crate::rules::metric_vanished::METRIC_VANISHED;
use crate::{Codes, Error, Operations};

/// Every series that the base's alerts, recording rules and dashboards ask for, that the base emits and head does not.
/// What head's ask for as well is taken out of `found`: one fact, one finding.
///
/// # Errors
/// A glob makes no sense.
pub(crate) fn vanished(
    change: &Change,
    codes: Codes<'_>,
    policy: &Operations,
    found: &mut Vec<Finding>,
) -> Result<Vec<Finding>, Error> {
    let Some(base) = &change.base else { return Ok(Vec::new()) };
    let before = Watched::read(base, policy)?;
    if before.is_empty() {
        return Ok(Vec::new());
    }
    let of = |tree, code: &Code| emitted(tree, code, &policy.registrations);
    let head = of(&change.head, (codes.head)());
    let after = Watched::read(&change.head, policy)?;
    let recorded = series::recorded(&after);
    let gone = |name: &str| head.series(name).is_none() && !recorded.contains_key(name);
    let asked = asked(&before);
    let candidates: Vec<_> = asked.into_iter().filter(|(name, _)| gone(name)).collect();
    // What moved elsewhere as a whole, to another language or repository, is not judged by what is no longer here.
    if candidates.is_empty() || !head.unread.is_empty() {
        return Ok(Vec::new());
    }
    let Some(code) = (codes.base)() else { return Ok(Vec::new()) };
    let old = of(base, code);
    let was_recorded = series::recorded(&before);
    let mut findings = Vec::new();
    for (name, who) in candidates {
        let emitted_before = old.series(&name).is_some();
        if !emitted_before && !was_recorded.contains_key(&name) {
            continue;
        }
        found.retain(|finding| finding.rule != &METRIC_NOT_EMITTED || finding.facts.last() != Some(&name));
        findings.push(finding(change, &name, &who, &old, &head, &after));
    }
    Ok(findings)
}

/// Who asks for which series.
fn asked(watched: &Watched) -> BTreeMap<String, BTreeSet<(String, Location)>> {
    let mut asked: BTreeMap<String, BTreeSet<(String, Location)>> = BTreeMap::new();
    for asking in &watched.uses {
        for name in asking.query.selectors.iter().filter_map(|selector| selector.name.clone()) {
            asked.entry(name).or_default().insert((asking.who.clone(), asking.location.clone()));
        }
    }
    asked
}

/// How many of those who ask are shown.
const SHOWN: usize = 5;

fn finding(
    change: &Change,
    name: &str,
    who: &BTreeSet<(String, Location)>,
    old: &Emitted,
    head: &Emitted,
    after: &Watched,
) -> Finding {
    let site = old.site(name);
    let still: Vec<_> = after
        .uses
        .iter()
        .filter(|asking| asking.query.selectors.iter().any(|selector| selector.name.as_deref() == Some(name)))
        .collect();
    let file = site.map(|site| site.file.as_str()).filter(|file| change.head.contains(file));
    let place = still.first().map(|asking| asking.location.clone()).or_else(|| file.map(Location::file));
    let first = who.first().map_or_else(String::new, |(who, _)| who.clone());
    let more = match who.len() {
        0 | 1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    let (verb, asks) = if site.is_some() { ("emitted", "asks") } else { ("recorded", "asks") };
    let mut finding = Finding::new(
        &METRIC_VANISHED,
        place,
        format!("`{name}` is no longer {verb}, and {first}{more} {asks} for it"),
    )
    .help(format!(
        "keep emitting `{name}` until nobody asks for it, then take it away in a change of its own"
    ))
    .fact(name)
    .judged(format!("{name} {:?}", who.iter().map(|(who, _)| who).collect::<Vec<_>>()), name);
    if let Some(near) = head.nearest(name) {
        finding = finding.note(format!("head emits `{near}`"));
    }
    for asking in still.iter().take(SHOWN) {
        finding = finding.note_at(asking.location.clone(), format!("{} asks for it at head", asking.who));
    }
    if still.is_empty() {
        for (who, location) in who.iter().take(SHOWN) {
            finding = finding.note_at_base(location.clone(), format!("{who} asked for it"));
        }
    }
    if let Some(site) = site {
        let place = Location::point(&site.file, site.line, site.column);
        finding = finding.note_at_base(place, "it was registered here");
    }
    finding
}
