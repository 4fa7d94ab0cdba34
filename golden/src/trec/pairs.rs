//! Lists in JSON: pairs of lists with tie groups, and runs with judgments.

use std::collections::HashMap;

use rankings::Refusal;
use rankings::lines::is_id;
use serde::Deserialize;

use super::{Listed, Order};
use crate::measures::judged::MAX_GRADE;
use crate::measures::{Grades, Judged, Pair};

/// A file of lists: `{"pairs": [{"id", "a", "b"}], "eval": [{"id", "qrels", "run"}]}`. Other keys are left alone, since
/// files of this form carry expected values, too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Pairs {
    /// Pairs of lists.
    pub pairs: Vec<PairCase>,
    /// Runs with judgments.
    pub eval: Vec<EvalCase>,
}

/// Two lists of tie groups, best first.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PairCase {
    /// What it is called.
    pub id: String,
    /// The first list.
    pub a: Vec<Vec<String>>,
    /// The second list.
    pub b: Vec<Vec<String>>,
}

/// A run for one request and what people judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EvalCase {
    /// What it is called.
    pub id: String,
    /// The grade of each judged item.
    pub qrels: Listed<i32>,
    /// The score of each item returned, as the file lists them.
    pub run: Listed<f64>,
}

impl Pairs {
    /// Reads a file. Refuses one without any lists, an id that stands twice, a grade beyond [`MAX_GRADE`] and a key that
    /// stands twice in a run or in judgments.
    pub fn parse(text: &str) -> Result<Pairs, Refusal> {
        let pairs: Pairs = serde_json::from_str(text).map_err(|error| {
            let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
            Refusal::json(line, &error)
        })?;
        if pairs.pairs.is_empty() && pairs.eval.is_empty() {
            return Err(Refusal::at(1, "the file has neither `pairs` nor `eval`"));
        }
        for ids in [
            pairs.pairs.iter().map(|case| &case.id).collect::<Vec<_>>(),
            pairs.eval.iter().map(|case| &case.id).collect(),
        ] {
            if let Some(id) = ids.iter().find(|id| !is_id(id)) {
                let reason = format!("`{}` is not fit to be the name of a case", super::shown(id));
                return Err(Refusal::at(1, reason));
            }
            let mut seen = HashMap::new();
            if let Some(id) = ids.into_iter().find(|id| seen.insert(*id, ()).is_some()) {
                return Err(Refusal::at(1, format!("two cases are called `{}`", super::shown(id))));
            }
        }
        let beyond =
            |case: &&EvalCase| case.qrels.0.iter().any(|(_, grade)| grade.abs_diff(0) > MAX_GRADE as u32);
        if let Some(case) = pairs.eval.iter().find(beyond) {
            let reason =
                format!("a grade of `{}` is not from -{MAX_GRADE} to {MAX_GRADE}", super::shown(&case.id));
            return Err(Refusal::at(1, reason));
        }
        Ok(pairs)
    }
}

impl PairCase {
    /// The pair, or the reason where an id stands twice in a list.
    pub fn pair(&self) -> Result<Pair, String> {
        for (name, list) in [("a", &self.a), ("b", &self.b)] {
            let mut seen = std::collections::HashSet::new();
            if let Some(id) = list.iter().flatten().find(|id| !seen.insert(id.as_str())) {
                return Err(format!("`{}` stands twice in `{name}`", super::shown(id)));
            }
        }
        Ok(Pair::of(&ranked(&self.a), &ranked(&self.b)))
    }
}

fn ranked(groups: &[Vec<String>]) -> Vec<(&str, u32)> {
    let groups = groups.iter().zip(0..);
    groups.flat_map(|(group, number)| group.iter().map(move |id| (id.as_str(), number))).collect()
}

impl EvalCase {
    /// The list in an order, as the judgments see it; neighbours with equal scores are tied.
    pub fn judged(&self, order: Order) -> Judged {
        let items: Vec<(&str, f64)> = self.run.0.iter().map(|(id, score)| (id.as_str(), *score)).collect();
        let grades: Grades = self.qrels.0.iter().cloned().collect();
        let places = order.of(&items);
        Judged::of(places.iter().map(|place| items[*place].0), &grades)
            .tied(|above, rank| items[places[above]].1 == items[places[rank]].1)
    }
}
