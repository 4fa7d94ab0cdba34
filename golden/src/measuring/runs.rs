//! Measures of one run beside another: per topic, and their means.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Chosen, SCHEMA, Selection, table};
use crate::measures::{AGREEMENT, Grades, Judged, Pair, QUALITY};
use crate::quality::CONFIDENCE;
use crate::statistics::paired_bootstrap;
use crate::trec::{Qrels, Run, Topic};

/// The depth that runs are measured at where nothing else is asked for.
const DEPTHS: [usize; 1] = [10];

/// What was measured of two runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Runs {
    schema: &'static str,
    /// Which topics were measured, and which could not be.
    pub topics: Topics,
    /// How much the runs agree: means over the topics.
    pub agreement: Vec<Agreed>,
    /// How good both are, where there are judgments: means over the topics.
    pub quality: Vec<Judgement>,
    /// The values of each topic, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub per_query: Vec<OfTopic>,
}

/// Which topics were measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Topics {
    /// How many stand in both runs.
    pub compared: usize,
    /// Those that only the first run has.
    pub only_in_run: Vec<String>,
    /// Those that only the second run has.
    pub only_in_against: Vec<String>,
    /// Those of both runs that nobody judged.
    pub not_judged: Vec<String>,
    /// Those that were judged and stand not in both runs.
    pub only_judged: Vec<String>,
}

/// A mean over the topics.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreed {
    /// The measure with its parameters.
    pub measure: String,
    /// Its mean; nothing where it is undefined for every topic.
    pub mean: Option<f64>,
    /// Its smallest value.
    pub least: Option<f64>,
    /// For how many topics it is defined.
    pub topics: usize,
}

/// Two means over the topics, and how sure their difference is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// The measure with its parameters.
    pub measure: String,
    /// The mean of the first run.
    pub run: Option<f64>,
    /// The mean of the second run.
    pub against: Option<f64>,
    /// The first less the second, paired by topic.
    pub difference: Option<f64>,
    /// The lower end of its interval at 95 percent, by the paired bootstrap.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// For how many topics it is defined on both sides.
    pub topics: usize,
}

/// The values of one topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OfTopic {
    /// The topic.
    pub topic: String,
    /// By measure; null where undefined.
    pub agreement: BTreeMap<String, Option<f64>>,
    /// By measure, of the first and of the second run.
    pub quality: BTreeMap<String, [Option<f64>; 2]>,
}

/// Measures the topics that both runs have. Neighbours with exactly equal scores are tied, for measures that look at
/// ties. `per_query` keeps the values of each topic.
pub fn of_runs(
    run: &Run<'_>,
    against: &Run<'_>,
    qrels: Option<&Qrels>,
    selection: &Selection,
    per_query: bool,
) -> Runs {
    let agreement = selection.of(AGREEMENT, &DEPTHS);
    let quality = if qrels.is_some() { selection.of(QUALITY, &DEPTHS) } else { Vec::new() };
    let mut sums: Vec<Vec<f64>> = vec![Vec::new(); agreement.len()];
    let mut judged_sums: Vec<Vec<(f64, f64)>> = vec![Vec::new(); quality.len()];
    let mut measured = Runs {
        schema: SCHEMA,
        topics: topics(run, against, qrels),
        agreement: Vec::new(),
        quality: Vec::new(),
        per_query: Vec::new(),
    };
    for (topic, mine) in &run.topics {
        let Some(other) = against.topics.get(topic) else { continue };
        let pair = Pair::of(&ranked(mine), &ranked(other));
        let values: Vec<Option<f64>> = agreement.iter().map(|chosen| chosen.value(&pair)).collect();
        for (sum, value) in sums.iter_mut().zip(&values) {
            sum.extend(value);
        }
        let grades = qrels.and_then(|qrels| qrels.topics.get(*topic));
        let both = grades.map(|grades| [judged(mine, grades), judged(other, grades)]);
        let graded: Vec<[Option<f64>; 2]> = quality
            .iter()
            .map(|chosen| {
                both.as_ref().map_or([None; 2], |both| both.each_ref().map(|side| chosen.value(side)))
            })
            .collect();
        for (sum, value) in judged_sums.iter_mut().zip(&graded) {
            sum.extend(value[0].zip(value[1]));
        }
        if per_query {
            measured.per_query.push(OfTopic {
                topic: (*topic).to_owned(),
                agreement: named(&agreement, values),
                quality: named(&quality, graded),
            });
        }
    }
    measured.agreement = agreement.iter().zip(sums).map(|(chosen, sum)| agreed(&chosen.name, &sum)).collect();
    measured.quality =
        quality.iter().zip(judged_sums).map(|(chosen, sum)| judgement(&chosen.name, &sum)).collect();
    measured
}

fn named<T, V>(chosen: &[Chosen<T>], values: Vec<V>) -> BTreeMap<String, V> {
    chosen.iter().map(|chosen| chosen.name.clone()).zip(values).collect()
}

fn topics(run: &Run<'_>, against: &Run<'_>, qrels: Option<&Qrels>) -> Topics {
    let missing = |from: &Run<'_>, of: &Run<'_>| -> Vec<String> {
        let missing = of.topics.keys().filter(|topic| !from.topics.contains_key(*topic));
        missing.map(|topic| (*topic).to_owned()).collect()
    };
    let both = || run.topics.keys().filter(|topic| against.topics.contains_key(*topic));
    let is_both = |topic: &str| run.topics.contains_key(topic) && against.topics.contains_key(topic);
    let of_judged = |judged: &Qrels| {
        let not =
            both().filter(|topic| !judged.topics.contains_key(**topic)).map(|topic| (*topic).to_owned());
        let only = judged.topics.keys().filter(|topic| !is_both(topic)).cloned();
        (not.collect(), only.collect())
    };
    let (not_judged, only_judged) = qrels.map(of_judged).unwrap_or_default();
    Topics {
        compared: both().count(),
        only_in_run: missing(against, run),
        only_in_against: missing(run, against),
        not_judged,
        only_judged,
    }
}

fn ranked<'a>(topic: &Topic<'a>) -> Vec<(&'a str, u32)> {
    let mut group = 0;
    let mut above = None;
    let number = |(id, score): &(&'a str, f64)| {
        group += u32::from(above.is_some_and(|above| above != *score));
        above = Some(*score);
        (*id, group)
    };
    topic.items.iter().map(number).collect()
}

fn judged(topic: &Topic<'_>, grades: &Grades) -> Judged {
    let items = &topic.items;
    Judged::of(items.iter().map(|item| item.0), grades).tied(|above, rank| items[above].1 == items[rank].1)
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = values.len();
    (count > 0).then(|| values.sum::<f64>() / count as f64)
}

fn agreed(name: &str, values: &[f64]) -> Agreed {
    Agreed {
        measure: name.to_owned(),
        mean: mean(values.iter().copied()),
        least: values.iter().copied().min_by(f64::total_cmp),
        topics: values.len(),
    }
}

fn judgement(name: &str, values: &[(f64, f64)]) -> Judgement {
    let differences: Vec<f64> = values.iter().map(|(run, against)| run - against).collect();
    let interval = paired_bootstrap(&differences, CONFIDENCE);
    Judgement {
        measure: name.to_owned(),
        run: mean(values.iter().map(|value| value.0)),
        against: mean(values.iter().map(|value| value.1)),
        difference: interval.map(|interval| interval.mean),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        topics: values.len(),
    }
}

impl Runs {
    /// As JSON, with a line end.
    pub fn json(&self) -> String {
        // Texts and numbers are always JSON.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// As tables for a terminal.
    pub fn human(&self) -> String {
        let mut text = self.topics.human();
        let heads = ["agreement", "mean", "least", "topics"].map(str::to_owned);
        let row = |row: &Agreed| {
            [row.measure.clone(), table::number(row.mean), table::number(row.least), row.topics.to_string()]
        };
        let rows: Vec<[String; 4]> = std::iter::once(heads).chain(self.agreement.iter().map(row)).collect();
        text.push_str(&table::aligned(&rows));
        if !self.quality.is_empty() {
            let heads =
                ["quality", "run", "against", "difference", "95 % from", "to", "topics"].map(str::to_owned);
            let row = |row: &Judgement| {
                let [run, against, difference, low, high] =
                    [row.run, row.against, row.difference, row.low, row.high].map(table::number);
                [row.measure.clone(), run, against, difference, low, high, row.topics.to_string()]
            };
            let rows: Vec<[String; 7]> = std::iter::once(heads).chain(self.quality.iter().map(row)).collect();
            text.push('\n');
            text.push_str(&table::aligned(&rows));
        }
        for topic in &self.per_query {
            let agreement = topic
                .agreement
                .iter()
                .map(|(name, value)| [name.clone(), table::number(*value), String::new()]);
            let quality = topic
                .quality
                .iter()
                .map(|(name, [run, against])| [name.clone(), table::number(*run), table::number(*against)]);
            let heads = [topic.topic.clone(), "value or run".to_owned(), "against".to_owned()];
            let rows: Vec<[String; 3]> = std::iter::once(heads).chain(agreement).chain(quality).collect();
            text.push('\n');
            text.push_str(&table::aligned(&rows));
        }
        text
    }
}

impl Topics {
    fn human(&self) -> String {
        let mut text = format!("{} topics in both runs\n", self.compared);
        for (what, topics) in [
            ("only in the first run", &self.only_in_run),
            ("only in the second run", &self.only_in_against),
            ("in both, and judged by nobody", &self.not_judged),
            ("judged, and not in both", &self.only_judged),
        ] {
            if !topics.is_empty() {
                let shown: Vec<&str> = topics.iter().take(10).map(String::as_str).collect();
                let more = if topics.len() > shown.len() { ", .." } else { "" };
                text.push_str(&format!("{} {what}: {}{more}\n", topics.len(), shown.join(", ")));
            }
        }
        text.push('\n');
        text
    }
}
