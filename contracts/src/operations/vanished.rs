//! Metrics, labels and values of labels that somebody watches and that a change takes away.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Level, Location};
use source::{Change, MetricSite};

use super::emitted::Emitted;
use super::unwatched::unwatched;
use super::{Seen, Use, Watched, series};
use crate::rules::label_not_emitted::LABEL_NOT_EMITTED;
use crate::rules::metric_not_emitted::METRIC_NOT_EMITTED;
use crate::rules::metric_of_unknown_origin::METRIC_OF_UNKNOWN_ORIGIN;
use crate::rules::metric_vanished::METRIC_VANISHED;
use crate::{Codes, Error, Operations, globs};

/// How many of those who ask are shown.
const SHOWN: usize = 5;

/// Everything that the base's alerts, recording rules and dashboards ask for, that the base emits and head does not, and those
/// of them that moved to where nobody looks. What head's ask for as well is taken out of `found`: one fact, one finding.
///
/// # Errors
/// A glob makes no sense.
pub(crate) fn vanished(
    change: &Change,
    codes: Codes<'_>,
    policy: &Operations,
    seen: &Seen,
    found: &mut Vec<Finding>,
) -> Result<Vec<Finding>, Error> {
    let Some(base) = &change.base else { return Ok(Vec::new()) };
    let own;
    let is_watched_otherwise = globs::touched(change, &[&policy.rules[..], &policy.dashboards].concat())?;
    // The same is asked for, and the same is emitted.
    if !is_watched_otherwise && !crate::codes::touched(change) {
        return Ok(Vec::new());
    }
    let before = match is_watched_otherwise {
        true => {
            own = Watched::read(base, policy)?;
            &own
        }
        false => &seen.watched,
    };
    if before.is_empty() {
        return Ok(Vec::new());
    }
    let mut findings = unwatched(change, policy, before, &seen.watched)?;
    // Where head has nothing that is watched, its code was not read yet.
    let read;
    let head = match &seen.emitted {
        Some(emitted) => emitted,
        None => {
            read = Emitted::of((codes.head)().metrics(&policy.registrations));
            &read
        }
    };
    let (recorded, was_recorded) = (series::recorded(&seen.watched), series::recorded(before));
    let is_gone = |what: &What| !recorded.contains_key(&what.name) && !what.is_emitted(head);
    let candidates: Vec<_> = asked(before).into_iter().filter(|(what, _)| is_gone(what)).collect();
    if candidates.is_empty() {
        return Ok(findings);
    }
    let Some(code) = (codes.base)() else { return Ok(findings) };
    let old = Emitted::of(code.metrics(&policy.registrations));
    let mut gone: Vec<What> = Vec::new();
    for (what, who) in candidates {
        let recorded = what.label.is_none() && was_recorded.contains_key(&what.name);
        let is_part = gone.iter().any(|whole| what.is_part_of(whole));
        if is_part || !(what.is_emitted(&old) || recorded) {
            continue;
        }
        found.retain(|finding| !what.is_told_by(finding));
        let still: Vec<&Use> = seen.watched.uses.iter().filter(|asking| what.is_asked_by(asking)).collect();
        let mut finding = finding(change, &what, &who, &still, &old, head);
        if let Some(MetricSite { file, line, column }) = head.unread.first() {
            finding.level = finding.level.min(Level::Warning);
            let place = Location::point(file, *line, *column);
            finding =
                finding.note_at(place, "the name of this metric is computed, so that it may be this one");
        }
        findings.push(finding);
        gone.push(what);
    }
    Ok(findings)
}

/// Something that is asked for: a metric, a label of it, or a value of that.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct What {
    name: String,
    label: Option<String>,
    value: Option<String>,
}

impl What {
    fn all(asking: &Use) -> Vec<What> {
        let mut all = Vec::new();
        for selector in &asking.query.selectors {
            let Some(name) = &selector.name else { continue };
            all.push(What { name: name.clone(), label: None, value: None });
            for matcher in &selector.matchers {
                let of = |value| What { name: name.clone(), label: Some(matcher.label.clone()), value };
                all.push(of(None));
                all.extend(
                    matcher
                        .values
                        .iter()
                        .filter(|value| !value.is_empty())
                        .map(|value| of(Some(value.clone()))),
                );
            }
        }
        all
    }

    /// Whether the code is known to emit it. Labels that are not known may be any, but then none of them can go.
    fn is_emitted(&self, by: &Emitted) -> bool {
        match (by.series(&self.name), &self.label, &self.value) {
            (None, ..) => false,
            (Some(_), None, _) | (Some(None), ..) => true,
            (Some(Some(labels)), Some(label), None) => labels.contains_key(label),
            (Some(Some(labels)), Some(label), Some(value)) => labels
                .get(label)
                .is_some_and(|values| values.as_ref().is_none_or(|values| values.contains(value))),
        }
    }

    fn is_part_of(&self, whole: &What) -> bool {
        self.name == whole.name
            && (whole.label.is_none() || (self.label == whole.label && whole.value.is_none()))
    }

    fn is_asked_by(&self, asking: &Use) -> bool {
        What::all(asking).contains(self)
    }

    /// Whether a finding of head says that it is not there.
    fn is_told_by(&self, finding: &Finding) -> bool {
        let tells =
            [&METRIC_NOT_EMITTED, &METRIC_OF_UNKNOWN_ORIGIN, &LABEL_NOT_EMITTED].contains(&finding.rule);
        let said = finding.facts.get(1..).unwrap_or_default();
        let label = match (&self.label, &self.value) {
            (Some(label), Some(value)) => Some(format!("{label}={value}")),
            (label, _) => label.clone(),
        };
        tells && said.first() == Some(&self.name) && (label.is_none() || said.get(1) == label.as_ref())
    }

    fn shown(&self) -> String {
        match (&self.label, &self.value) {
            (Some(label), Some(value)) => format!("`{label}=\"{value}\"` of `{}`", self.name),
            (Some(label), None) => format!("the label `{label}` of `{}`", self.name),
            (None, _) => format!("`{}`", self.name),
        }
    }
}

/// Who asks for what.
fn asked(watched: &Watched) -> BTreeMap<What, BTreeSet<(String, Location)>> {
    let mut asked: BTreeMap<What, BTreeSet<(String, Location)>> = BTreeMap::new();
    for asking in &watched.uses {
        for what in What::all(asking) {
            asked.entry(what).or_default().insert((asking.who.clone(), asking.location.clone()));
        }
    }
    asked
}

fn finding(
    change: &Change,
    what: &What,
    who: &BTreeSet<(String, Location)>,
    still: &[&Use],
    old: &Emitted,
    head: &Emitted,
) -> Finding {
    let site = old.site(&what.name);
    let file = site.map(|site| site.file.as_str()).filter(|file| change.head.contains(file));
    let place = still.first().map(|asking| asking.location.clone()).or_else(|| file.map(Location::file));
    let who_first = who.first().map_or_else(String::new, |(who, _)| who.clone());
    let asks = match who.len() {
        0 | 1 => format!("{who_first} asks"),
        many => format!("{who_first} and {} more ask", many - 1),
    };
    let verb = if site.is_some() { "emitted" } else { "recorded" };
    let shown = what.shown();
    let all: Vec<&str> = who.iter().map(|(who, _)| who.as_str()).collect();
    let mut finding =
        Finding::new(&METRIC_VANISHED, place, format!("{shown} is no longer {verb}, and {asks} for it"))
            .help("keep it until nobody asks for it, then take it away in a change of its own")
            .fact(&shown)
            .judged(format!("{shown}\n{}", all.join("\n")), &shown);
    if let Some(near) = head.nearest(&what.name).filter(|near| *near != what.name) {
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
    match site {
        Some(MetricSite { file, line, column }) => {
            finding.note_at_base(Location::point(file, *line, *column), "it was registered here")
        }
        None => finding,
    }
}
