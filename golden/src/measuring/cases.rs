//! Measures of lists in JSON, case by case.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{SCHEMA, Selection, table};
use crate::measures::{AGREEMENT, NAMED, Parameters, QUALITY};
use crate::trec::{Order, Pairs};

/// The depths that cases are measured at where nothing else is asked for.
const DEPTHS: [usize; 6] = [1, 3, 5, 10, 20, 50];

/// What was measured of a file of cases.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cases {
    schema: &'static str,
    /// Pairs of lists.
    pub pairs: Vec<Measured>,
    /// Runs with judgments.
    pub eval: Vec<Measured>,
}

/// What was measured of one case.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The case.
    pub id: String,
    /// Why nothing was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Values by the name of the measure; null where it is undefined.
    pub values: Map<String, Value>,
}

/// Measures every case. A run is read under its own measures in the order `order`, and under the names of other packages
/// (`trec_eval:map`, `ranx:ndcg@10`) in the order in which each of them reads it.
pub fn of_cases(cases: &Pairs, selection: &Selection, order: Order) -> Cases {
    let agreement = selection.of(AGREEMENT, &DEPTHS);
    let quality = selection.of(QUALITY, &DEPTHS);
    let pairs = cases.pairs.iter().map(|case| {
        let (values, error) = match case.pair() {
            Ok(pair) => {
                let values =
                    agreement.iter().map(|chosen| (chosen.name.clone(), Value::from(chosen.value(&pair))));
                (values.collect(), None)
            }
            Err(error) => (Map::new(), Some(error)),
        };
        Measured { id: case.id.clone(), error, values }
    });
    let depths = if selection.depths.is_empty() { &DEPTHS[..] } else { &selection.depths };
    let eval = cases.eval.iter().map(|case| {
        let judged = case.judged(order);
        let mut values: Map<String, Value> =
            quality.iter().map(|chosen| (chosen.name.clone(), Value::from(chosen.value(&judged)))).collect();
        for named in NAMED {
            let judged = case.judged(named.order);
            let cut = named.name.contains("{k}");
            for k in if cut { depths } else { &[0] } {
                let name = named.name.replace("{k}", &k.to_string());
                if selection.takes(named.name, &name) {
                    let value = (named.measure.compute)(&judged, Parameters { k: *k, p: named.p });
                    values.insert(name, Value::from(value));
                }
            }
        }
        Measured { id: case.id.clone(), error: None, values }
    });
    Cases { schema: SCHEMA, pairs: pairs.collect(), eval: eval.collect() }
}

impl Cases {
    /// As JSON, with a line end.
    pub fn json(&self) -> String {
        // Maps of names to numbers and texts are always JSON.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// As a table for a terminal: a line for each value.
    pub fn human(&self) -> String {
        let mut rows = vec![["case".to_owned(), "measure".to_owned(), "value".to_owned()]];
        for case in self.pairs.iter().chain(&self.eval) {
            if let Some(error) = &case.error {
                rows.push([case.id.clone(), "not measured".to_owned(), error.clone()]);
            }
            let values = case.values.iter();
            rows.extend(
                values.map(|(name, value)| [case.id.clone(), name.clone(), table::number(value.as_f64())]),
            );
        }
        table::aligned(&rows)
    }
}
