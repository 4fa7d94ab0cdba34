//! Judged quality before and after a change, by segment: whether the lists got worse for those who read them, as far as
//! people judged and chance allows to say.

use std::collections::BTreeMap;

use crate::Ranking;
use crate::measures::judged::{AP_AT, NDCG_AT, RR_AT};
use crate::measures::{Judged, Measure, Parameters};
use crate::statistics::{Interval, holm, paired_bootstrap};
use crate::trec::Qrels;

/// How deep a list is judged.
pub const DEPTH: usize = 10;

/// The measures that are taken; the first is the one that limits apply to.
pub static MEASURES: [&Measure<Judged>; 3] = [&NDCG_AT, &AP_AT, &RR_AT];

/// How sure an interval is, and at what level all segments together are tested.
pub const CONFIDENCE: f64 = 0.95;

/// One request with both answers.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// Id of the request, which is the topic of its judgments.
    pub id: &'a str,
    /// Its segment.
    pub segment: &'a str,
    /// The answer before.
    pub before: &'a Ranking,
    /// The answer after.
    pub after: &'a Ranking,
}

/// How one measure changed in one segment, or over all requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// The segment; `None` over all.
    pub segment: Option<String>,
    /// Name of the measure with its depth, such as `ndcg@10/lin/judged-ideal`.
    pub measure: String,
    /// How many requests had a value on both sides: judged ones, with something relevant.
    pub judged: usize,
    /// How many requests there are.
    pub of: usize,
    /// The mean before, over the judged ones.
    pub before: f64,
    /// The mean after, over the same.
    pub after: f64,
    /// The mean difference with its interval at [`CONFIDENCE`], paired by request.
    pub difference: Interval,
    /// The p-value of a fall: over segments adjusted by Holm, so that one segment of many does not fall by chance.
    pub fall: f64,
}

impl Delta {
    /// The drop as a share of the mean before, above 0 where quality fell; 0 where there was none to lose.
    pub fn drop(&self) -> f64 {
        if self.before > 0.0 { -self.difference.mean / self.before } else { 0.0 }
    }

    /// Whether quality fell by more than `limit`, as a share of what it was, and not by chance: the upper end of the
    /// interval lies below zero, and so it does with all segments looked at together.
    pub fn falls_beyond(&self, limit: f64) -> bool {
        self.drop() > limit && self.difference.high < 0.0 && self.fall < (1.0 - CONFIDENCE) / 2.0
    }
}

/// What judged quality does, for every measure over all requests and for each segment, in that order.
///
/// A request counts where a measure has a value on both sides. Of segments without such requests nothing is known, and
/// they are left out: [`unjudged`] names them. Items are judged as they stand in the answer; an answer that is not `OK`
/// is an empty list. The same answers give the same intervals.
pub fn quality(rows: &[Answered<'_>], judgments: &Qrels) -> Vec<Delta> {
    let mut deltas = Vec::new();
    for measure in MEASURES {
        let values: Vec<(&str, Option<(f64, f64)>)> =
            rows.iter().map(|row| (row.segment, values(row, judgments, measure))).collect();
        deltas.extend(delta(None, measure, values.iter().map(|(_, values)| *values)));
        let mut segments: BTreeMap<&str, Vec<Option<(f64, f64)>>> = BTreeMap::new();
        for (segment, values) in values {
            segments.entry(segment).or_default().push(values);
        }
        let of_segments = segments.into_iter();
        let mut of_segments: Vec<Delta> = of_segments
            .filter_map(|(segment, values)| delta(Some(segment), measure, values.into_iter()))
            .collect();
        let adjusted = holm(&of_segments.iter().map(|delta| delta.difference.fall).collect::<Vec<_>>());
        for (delta, fall) in of_segments.iter_mut().zip(adjusted) {
            delta.fall = fall;
        }
        deltas.extend(of_segments);
    }
    deltas
}

/// The segments in which no request is judged with something relevant.
pub fn unjudged(rows: &[Answered<'_>], judgments: &Qrels) -> Vec<String> {
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for row in rows {
        *known.entry(row.segment).or_default() |= values(row, judgments, &NDCG_AT).is_some();
    }
    known.into_iter().filter(|(_, judged)| !judged).map(|(segment, _)| segment.to_owned()).collect()
}

fn values(row: &Answered<'_>, judgments: &Qrels, measure: &Measure<Judged>) -> Option<(f64, f64)> {
    let grades = judgments.topics.get(row.id)?;
    let value = |ranking: &Ranking| {
        let judged = Judged::of(ranking.items.iter().map(|item| item.id.as_str()), grades);
        // A reciprocal rank of 0 among nothing relevant says nothing of the list.
        if judged.relevant() == 0 {
            None
        } else {
            (measure.compute)(&judged, Parameters { k: DEPTH, p: 0.0 })
        }
    };
    value(row.before).zip(value(row.after))
}

fn delta(
    segment: Option<&str>,
    measure: &Measure<Judged>,
    values: impl Iterator<Item = Option<(f64, f64)>>,
) -> Option<Delta> {
    let all: Vec<Option<(f64, f64)>> = values.collect();
    let judged: Vec<(f64, f64)> = all.iter().flatten().copied().collect();
    let differences: Vec<f64> = judged.iter().map(|(before, after)| after - before).collect();
    let difference = paired_bootstrap(&differences, CONFIDENCE)?;
    let mean = |side: fn(&(f64, f64)) -> f64| judged.iter().map(side).sum::<f64>() / judged.len() as f64;
    Some(Delta {
        segment: segment.map(str::to_owned),
        measure: measure.name(Parameters { k: DEPTH, p: 0.0 }),
        judged: judged.len(),
        of: all.len(),
        before: mean(|(before, _)| *before),
        after: mean(|(_, after)| *after),
        difference,
        fall: difference.fall,
    })
}
