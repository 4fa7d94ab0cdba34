//! What is planted for the rules about the cost of a change: two services' costs, as if both had been asked.

use std::collections::BTreeMap;
use std::time::Duration;

use findings::Finding;

use super::Plot;
use crate::comparison::{Comparison, Cost, Request, Row, Workload};
use crate::cost::{judge, not_compared};
use crate::{Cost as Limits, Error};

pub(super) static PLOT: Plot = Plot {
    rules: &[
        "more-calls",
        "more-round-trips",
        "cost-untold",
        "cost-not-compared",
        "more-keys",
        "more-allocation",
        "larger-answer",
        "slower-answer",
    ],
    judge: find,
};

fn find() -> Result<Vec<Finding>, Error> {
    let request = Request { id: "heavy/001".to_owned(), line: Some(1), message: serde_json::Value::Null };
    let workload = Workload {
        corpus: "planted".to_owned(),
        service: "planted".to_owned(),
        file: "services/planted/golden/requests.jsonl".to_owned(),
        requests: vec![request],
    };
    let before = [
        ("calls-store", 2),
        ("keys-store", 40),
        ("batch-store", 40),
        ("round-trips", 2),
        ("allocated-bytes", 9_000),
    ];
    let after = [("calls-store", 42), ("keys-store", 80), ("round-trips", 43), ("allocated-bytes", 90_000)];
    let row =
        Row { request: &workload.requests[0], base: cost(&before, 4_000, 4), head: cost(&after, 9_000, 40) };
    let mut findings =
        judge(&Comparison { workload: &workload, limits: &Limits::default(), rows: vec![row] });
    findings.push(not_compared(&workload, "the base does not build"));
    Ok(findings)
}

fn cost(counts: &[(&str, u64)], payload: u64, milliseconds: u64) -> Cost {
    let counts: BTreeMap<String, u64> =
        counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    Cost { counts, payload, time: Duration::from_millis(milliseconds) }
}
