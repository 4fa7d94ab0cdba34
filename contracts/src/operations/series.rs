//! Series that are asked for and that nobody emits, with the labels and the values of labels that no series has.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use findings::{Finding, Level};
use regex::RegexBuilder;
use regex_syntax::hir::literal::Extractor;
use source::MetricLabels;

use super::emitted::Emitted;
use super::query::Matcher;
use super::{Use, Watched};
use crate::rules::label_not_emitted::LABEL_NOT_EMITTED;
use crate::rules::metric_not_emitted::METRIC_NOT_EMITTED;
use crate::rules::metric_of_unknown_origin::METRIC_OF_UNKNOWN_ORIGIN;
use crate::{Error, Operations, globs};

/// How much a pattern of names may take once it is compiled, in bytes.
const MAX_PATTERN_BYTES: usize = 1 << 20;

/// Everything that is asked for and not there. Where the code registers nothing, nobody says where a metric comes from:
/// that is told, and nothing else is known.
pub(super) fn unknown(
    watched: &Watched,
    emitted: &Emitted,
    policy: &Operations,
) -> Result<Vec<Finding>, Error> {
    let known =
        Known { emitted, recorded: recorded(watched), elsewhere: globs::set(&policy.elsewhere)?, policy };
    let mut faults: Vec<Finding> = watched.uses.iter().flat_map(|asking| known.faults(asking)).collect();
    if emitted.len() == 0 {
        faults.retain(|finding| finding.rule == &METRIC_OF_UNKNOWN_ORIGIN);
    }
    Ok(faults)
}

/// What recording rules record, with the labels of each. Several may record the same.
pub(super) fn recorded(watched: &Watched) -> BTreeMap<String, Option<BTreeSet<String>>> {
    let mut recorded: BTreeMap<String, Option<BTreeSet<String>>> = BTreeMap::new();
    for asking in &watched.uses {
        let Some((name, added)) = &asking.records else { continue };
        let mut labels = asking.query.answer.clone();
        if let Some(labels) = &mut labels {
            labels.extend(added.iter().cloned());
        }
        let all = recorded.entry(name.clone()).or_insert_with(|| Some(BTreeSet::new()));
        *all = all.take().zip(labels).map(|(all, labels)| &all | &labels);
    }
    recorded
}

struct Known<'a> {
    emitted: &'a Emitted,
    recorded: BTreeMap<String, Option<BTreeSet<String>>>,
    elsewhere: globset::GlobSet,
    policy: &'a Operations,
}

/// What is known of the series that a selector names.
enum Series {
    /// It is not there.
    Missing(String),
    /// It has these labels, or any.
    With(String, MetricLabels),
}

impl Known<'_> {
    fn series(&self, name: &str) -> Series {
        if let Some(labels) = self.recorded.get(name) {
            let labels =
                labels.as_ref().map(|labels| labels.iter().map(|label| (label.clone(), None)).collect());
            return Series::With(name.to_owned(), labels);
        }
        if let Some(labels) = self.emitted.series(name) {
            return Series::With(name.to_owned(), labels);
        }
        if self.elsewhere.is_match(name) {
            return Series::With(name.to_owned(), None);
        }
        Series::Missing(name.to_owned())
    }

    fn faults(&self, asking: &Use) -> Vec<Finding> {
        let mut findings: Vec<Finding> = Vec::new();
        let mut told = BTreeSet::new();
        let mut by_name: BTreeMap<&str, Rc<Series>> = BTreeMap::new();
        let mut all: Vec<Option<Rc<Series>>> = Vec::new();
        for selector in &asking.query.selectors {
            let series = selector
                .name
                .as_deref()
                .map(|name| by_name.entry(name).or_insert_with(|| Rc::new(self.series(name))).clone());
            if let (None, Some(pattern)) = (&selector.name, &selector.pattern)
                && told.insert((pattern.clone(), String::new()))
                && self.is_ours_and_empty(pattern)
            {
                findings.push(unfitting(asking, pattern));
            }
            match series.as_deref() {
                Some(Series::Missing(name)) if told.insert((name.clone(), String::new())) => {
                    findings.push(self.missing(asking, name));
                }
                Some(Series::With(name, Some(labels))) => {
                    for matcher in &selector.matchers {
                        if told.insert((name.clone(), matcher.label.clone())) {
                            findings.extend(self.mismatch(asking, name, matcher, labels));
                        }
                    }
                }
                _ => {}
            }
            all.push(series);
        }
        findings.extend(self.groupings(asking, &all));
        findings
    }

    /// Whether every name that a pattern of names fits begins like one of ours, and none of ours is among them.
    fn is_ours_and_empty(&self, pattern: &str) -> bool {
        let Ok(whole) = RegexBuilder::new(&format!("^(?s:{pattern})$")).size_limit(MAX_PATTERN_BYTES).build()
        else {
            return false;
        };
        let Ok(parsed) = regex_syntax::parse(pattern) else { return false };
        let begins = Extractor::new().extract(&parsed);
        let is_ours = begins.literals().is_some_and(|all| {
            let ours = |begin: &str| self.emitted.is_like_ours(begin);
            !all.is_empty() && all.iter().all(|begin| std::str::from_utf8(begin.as_bytes()).is_ok_and(ours))
        });
        is_ours
            && !self.emitted.has_one(|name| whole.is_match(name))
            && !self.recorded.keys().any(|name| whole.is_match(name))
    }

    fn missing(&self, asking: &Use, name: &str) -> Finding {
        let who = &asking.who;
        let near = self.emitted.nearest(name).or_else(|| {
            let recorded = self.recorded.keys().find(|known| super::distance(known, name, 2) <= 2);
            recorded.cloned()
        });
        let is_ours = self.emitted.is_like_ours(name) || near.is_some() || name.contains(':');
        let rule =
            if is_ours && self.emitted.len() > 0 { &METRIC_NOT_EMITTED } else { &METRIC_OF_UNKNOWN_ORIGIN };
        let what = if name.contains(':') {
            "no rule records and no Rust code registers"
        } else {
            "no Rust code registers"
        };
        let mut finding =
            Finding::new(rule, asking.location.clone(), format!("{who} asks for `{name}`, which {what}"))
                .help(match &near {
                    Some(near) => format!("write `{near}`, or register the metric"),
                    None => {
                        "register the metric, or list it under `contracts.operations.elsewhere`, as what is \
                         registered in other languages is: only Rust code is read"
                            .to_owned()
                    }
                })
                .fact(who)
                .fact(name);
        if let Some(first) = self.emitted.unread.first() {
            finding.level = finding.level.min(Level::Warning);
            let place = findings::Location::point(&first.file, first.line, first.column);
            finding =
                finding.note_at(place, "the name of this metric is computed, so that it may be this one");
        }
        finding
    }

    fn mismatch(
        &self,
        asking: &Use,
        name: &str,
        matcher: &Matcher,
        labels: &BTreeMap<String, Option<BTreeSet<String>>>,
    ) -> Option<Finding> {
        let (who, label) = (&asking.who, &matcher.label);
        if !labels.contains_key(label) {
            if self.policy.target_labels.contains(label) || matcher.values.iter().any(String::is_empty) {
                return None;
            }
            let finding = Finding::new(
                &LABEL_NOT_EMITTED,
                asking.location.clone(),
                format!(
                    "{who} asks for the label `{label}` of `{name}`, which has {}",
                    listed(labels.keys())
                ),
            );
            return Some(self.told(finding, asking, name, label));
        }
        let values = labels.get(label)?.as_ref()?;
        let wrong = matcher.values.iter().find(|value| !value.is_empty() && !values.contains(*value))?;
        let finding = Finding::new(
            &LABEL_NOT_EMITTED,
            asking.location.clone(),
            format!("{who} asks for `{label}=\"{wrong}\"` of `{name}`, and `{label}` is never that"),
        )
        .note(format!("its values are {}", listed(values.iter())));
        Some(self.told(finding, asking, name, &format!("{label}={wrong}")))
    }

    fn told(&self, finding: Finding, asking: &Use, name: &str, what: &str) -> Finding {
        let finding = match self.emitted.site(name) {
            Some(site) => {
                let place = findings::Location::point(&site.file, site.line, site.column);
                finding.note_at(place, format!("`{name}` is registered here"))
            }
            None => finding,
        };
        finding
            .help("write one that there is; what scraping adds is listed under `contracts.operations.target_labels`")
            .fact(&asking.who)
            .fact(name)
            .fact(what)
    }

    /// Labels of a grouping that none of the series below has. `all` is what is known of each selector's series.
    fn groupings(&self, asking: &Use, all: &[Option<Rc<Series>>]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for grouping in &asking.query.groupings {
            let mut of: BTreeSet<&String> = self.policy.target_labels.iter().chain(&grouping.made).collect();
            let series = &all[grouping.over.clone()];
            let mut names: Vec<&str> = Vec::new();
            let mut known = BTreeSet::new();
            let is_open =
                |series: &Option<Rc<Series>>| !matches!(series.as_deref(), Some(Series::With(_, Some(_))));
            if series.is_empty() || series.iter().any(is_open) {
                continue;
            }
            for series in series {
                if let Some(Series::With(name, Some(labels))) = series.as_deref()
                    && known.insert(name.as_str())
                {
                    of.extend(labels.keys());
                    names.push(name);
                }
            }
            for label in grouping.labels.iter().filter(|label| !of.contains(label)) {
                let (who, name) = (&asking.who, names.join("`, `"));
                let message = format!("{who} groups by the label `{label}`, which `{name}` does not have");
                let finding = Finding::new(&LABEL_NOT_EMITTED, asking.location.clone(), message);
                findings.push(self.told(finding, asking, names[0], label));
            }
        }
        findings
    }
}

fn unfitting(asking: &Use, pattern: &str) -> Finding {
    let (who, shown) = (&asking.who, pattern.replace('`', "'"));
    Finding::new(
        &METRIC_OF_UNKNOWN_ORIGIN,
        asking.location.clone(),
        format!("{who} asks for metrics like `{shown}`, and no Rust code registers and no rule records one"),
    )
    .help(
        "write a pattern of names that there are, register the metric, or list it under \
         `contracts.operations.elsewhere`: only Rust code is read",
    )
    .fact(who)
    .fact(pattern)
}

fn listed<'a>(words: impl Iterator<Item = &'a String>) -> String {
    let words: Vec<&str> = words.map(String::as_str).collect();
    match words.as_slice() {
        [] => "no labels".to_owned(),
        words => format!("`{}`", words.join("`, `")),
    }
}
