//! What a finding about changed rankings shows: counts by class and segment, measures, the worst requests.

use std::collections::{BTreeMap, HashMap};

use findings::{Finding, Location, Rule};

use crate::Ranking;
use crate::compare::{Class, Comparison};
use crate::measures::Agreement;
use crate::policy::Corpus;
use crate::witness::{Seen, Witnesses};

/// One request of a corpus, compared.
pub(crate) struct Exhibit<'a> {
    pub(crate) id: &'a str,
    pub(crate) segment: &'a str,
    /// Where it stands at head.
    pub(crate) location: Location,
    pub(crate) before: &'a Ranking,
    pub(crate) after: &'a Ranking,
    pub(crate) comparison: &'a Comparison,
}

impl Exhibit<'_> {
    /// In which order exhibits are shown: the gravest class first, within it the least overlap.
    fn overlap(&self) -> f64 {
        Agreement::of(self.before, self.after).overlap
    }

    fn seen(&self, overlap: f64) -> Seen<'_> {
        let line = self.location.span.map(|span| span.line);
        let Exhibit { id, segment, before, after, comparison, .. } = *self;
        Seen { id, segment, line, before, after, comparison, overlap }
    }
}

/// A finding about the changes among these requests; `None` where there are none. `what` completes "3 of 60 ..".
pub(crate) fn changed(
    rule: &'static Rule,
    corpus: &Corpus,
    what: &str,
    exhibits: &[Exhibit<'_>],
) -> Option<Finding> {
    let mut worst: Vec<(&Exhibit<'_>, f64)> = exhibits
        .iter()
        .filter(|exhibit| exhibit.comparison.class.is_change())
        .map(|exhibit| (exhibit, exhibit.overlap()))
        .collect();
    worst.sort_by(|(a, x), (b, y)| {
        b.comparison.class.cmp(&a.comparison.class).then(x.total_cmp(y)).then(a.id.cmp(b.id))
    });
    let (first, _) = worst.first()?;
    let mut witnesses = Witnesses::default();
    worst.iter().for_each(|(exhibit, overlap)| witnesses.add(&exhibit.seen(*overlap), &corpus.wording));
    let chosen = witnesses.chosen();
    let (headline, others) = chosen.witnesses.split_first()?;
    let message = format!("{} of {} {what}; {}", worst.len(), exhibits.len(), headline.told());
    let mut finding = Finding::new(rule, first.location.clone(), message)
        .fact(format!("{} {}", corpus.service, corpus.rpc))
        .note(by_class(exhibits))
        .note(by_segment(exhibits))
        .note(measured(&worst));
    if let Some(models) = models(exhibits) {
        finding = finding.note(models);
    }
    let locations: HashMap<&str, &Location> =
        worst.iter().map(|(exhibit, _)| (exhibit.id, &exhibit.location)).collect();
    for witness in others {
        finding = finding.note_at(locations[witness.id.as_str()].clone(), witness.told());
    }
    if chosen.unseen > 0 {
        finding = finding.note(format!("and {} more kinds of change", chosen.unseen));
    }
    let digests = |ranking: fn(&Exhibit<'_>) -> String| {
        let mut lines: Vec<String> =
            worst.iter().map(|(exhibit, _)| format!("{} {}", exhibit.id, ranking(exhibit))).collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let before = digests(|exhibit| exhibit.before.digest());
    Some(finding.judged(before, digests(|exhibit| exhibit.after.digest())))
}

fn by_class(exhibits: &[Exhibit<'_>]) -> String {
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for exhibit in exhibits {
        *classes.entry(exhibit.comparison.class).or_default() += 1;
    }
    let parts: Vec<String> =
        classes.iter().rev().map(|(class, count)| format!("{} {count}", class.name())).collect();
    format!("requests by what differs: {}", parts.join(", "))
}

fn by_segment(exhibits: &[Exhibit<'_>]) -> String {
    let mut segments: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for exhibit in exhibits {
        let (changed, all) = segments.entry(exhibit.segment).or_default();
        *changed += usize::from(exhibit.comparison.class.is_change());
        *all += 1;
    }
    let touched = segments.iter().filter(|(_, (changed, _))| *changed > 0);
    let parts: Vec<String> =
        touched.map(|(segment, (changed, all))| format!("{segment} {changed} of {all}")).collect();
    format!("changed by segment: {}", parts.join(", "))
}

fn measured(worst: &[(&Exhibit<'_>, f64)]) -> String {
    let agreements: Vec<Agreement> =
        worst.iter().map(|(exhibit, _)| Agreement::of(exhibit.before, exhibit.after)).collect();
    let mean = |values: Vec<f64>| match values.len() {
        0 => "undefined".to_owned(),
        count => format!("{:.3}", values.iter().sum::<f64>() / count as f64),
    };
    format!(
        "means over the changed: rbo_ext(.9) {}, jaccard@10 {}, tau_b/common {}; another item on top in {}",
        mean(agreements.iter().map(|agreement| agreement.overlap).collect()),
        mean(agreements.iter().map(|agreement| agreement.top_ten).collect()),
        mean(agreements.iter().filter_map(|agreement| agreement.order).collect()),
        agreements.iter().filter(|agreement| !agreement.same_top).count(),
    )
}

fn models(exhibits: &[Exhibit<'_>]) -> Option<String> {
    let exhibit = exhibits.iter().find(|exhibit| exhibit.before.model != exhibit.after.model)?;
    let name = |model: &Option<String>| model.clone().unwrap_or_else(|| "none".to_owned());
    Some(format!("the model was {} and is {}", name(&exhibit.before.model), name(&exhibit.after.model)))
}
