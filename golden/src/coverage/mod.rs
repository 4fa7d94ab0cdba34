//! Whether a corpus holds what it must: every segment, and every hazard that policy names.
//!
//! A hazard is what makes a ranking go wrong: ties, near-ties, duplicates, more candidates than are asked for, missing
//! features. Which requests hold it is computed from requests and recorded rankings, told by an expression over them,
//! or said by a manifest where only the service's own tests can know, since they see its features.

mod hazard;
mod manifest;
mod tier;

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::policy::Corpus;
use crate::recording::Entry;
use crate::requests::Case;
use crate::side::Side;
use expression::{Expression, Values};

pub use hazard::{Hazard, Kind};
pub(crate) use manifest::Manifest;
pub(crate) use tier::{Lost, check_head, noting};

/// The names that the expression of a hazard knows: the request as proto JSON, its id and segment, and its recorded
/// ranking as `{status, model, degraded, items: [{id, score}]}`.
pub const NAMES: &[&str] = &["request", "id", "segment", "ranking"];

/// What a corpus holds of one thing that it must hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Held<'a> {
    /// Name of the segment or hazard.
    pub(crate) name: &'a str,
    /// Whether it is a segment.
    pub(crate) segment: bool,
    /// The fewest requests that must hold it.
    pub(crate) minimum: u64,
    /// Ids of those that do, in their order in the file.
    pub(crate) by: Vec<&'a str>,
    /// Why nothing is known, or nothing is said by it.
    pub(crate) fault: Option<String>,
}

/// What a side holds of every segment and hazard, but for those that policy says cannot be had.
pub(crate) fn held<'a>(corpus: &'a Corpus, side: &'a Side, manifest: &'a Manifest) -> Vec<Held<'a>> {
    let cases = &side.requests.cases;
    let segments = corpus.segments.iter().map(|(name, minimum)| {
        let by = cases.iter().filter(|case| case.segment == *name).map(|case| case.id.as_str()).collect();
        Held { name, segment: true, minimum: *minimum, by, fault: None }
    });
    let hazards = corpus.hazards.iter().filter(|(_, hazard)| hazard.not_applicable.is_none());
    segments.chain(hazards.map(|(name, hazard)| hazard_held(corpus, side, manifest, name, hazard))).collect()
}

fn hazard_held<'a>(
    corpus: &Corpus,
    side: &'a Side,
    manifest: &'a Manifest,
    name: &'a str,
    hazard: &Hazard,
) -> Held<'a> {
    let cases = &side.requests.cases;
    let recorded = |case: &Case| side.recording.get(&case.id);
    let told = match (hazard.is, &hazard.when, &hazard.listed) {
        (Some(kind), _, _) => {
            Ok(cases.iter().filter(|case| kind.holds(corpus, case, recorded(case))).collect())
        }
        (_, Some(when), _) => expressed(when, cases, recorded),
        (_, _, Some(listed)) => {
            manifest.of(listed).map(|ids| cases.iter().filter(|case| ids.contains(&case.id)).collect())
        }
        _ => Err("policy does not say how it is known".to_owned()),
    };
    let (by, fault): (Vec<&str>, _) = match told {
        Ok(holding) => {
            let holding: Vec<&Case> = holding;
            // What is computed is a fact; what is said of every request says nothing.
            let empty = hazard.is.is_none() && holding.len() == cases.len() && cases.len() > 1;
            let fault = empty
                .then(|| format!("all {} requests are said to hold it, which says nothing", cases.len()));
            (holding.into_iter().map(|case| case.id.as_str()).collect(), fault)
        }
        Err(fault) => (Vec::new(), Some(fault)),
    };
    Held { name, segment: false, minimum: hazard.minimum, by, fault }
}

fn expressed<'a>(
    when: &str,
    cases: &'a [Case],
    recorded: impl Fn(&Case) -> Option<&'a Entry>,
) -> Result<Vec<&'a Case>, String> {
    let expression = Expression::compile(when, NAMES).map_err(|fault| fault.to_string())?;
    let mut values = Values::default();
    let mut holding = Vec::new();
    for case in cases {
        for name in NAMES.iter().copied().filter(|name| expression.names(name)) {
            let value = match name {
                "request" => Cow::Borrowed(&case.request),
                "id" => Cow::Owned(Value::from(case.id.as_str())),
                "segment" => Cow::Owned(Value::from(case.segment.as_str())),
                _ => Cow::Owned(recorded(case).map_or(Value::Null, as_json)),
            };
            values.set(name, &value).map_err(|reason| format!("of `{}`, {reason}", case.id))?;
        }
        if expression.holds(&values).map_err(|fault| format!("for `{}`, {fault}", case.id))? {
            holding.push(case);
        }
    }
    Ok(holding)
}

fn as_json(entry: &Entry) -> Value {
    let ranking = &entry.ranking;
    let items: Vec<Value> =
        ranking.items.iter().map(|item| json!({"id": item.id, "score": item.score})).collect();
    json!({"status": ranking.status, "model": ranking.model, "degraded": ranking.degraded, "items": items})
}
