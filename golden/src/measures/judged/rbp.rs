//! Rank-biased precision.

use super::Judged;
use crate::measures::Measure;

/// With grades as gains.
pub static RBP: Measure<Judged> = Measure {
    id: "rbp@p",
    formula: "(1 - p) · Σ_i max(g(i), 0) · p^(i-1)",
    source: "Moffat and Zobel, \"Rank-biased precision for measurement of retrieval effectiveness\", TOIS 27(1), 2008; with \
             grades in the place of 0 and 1, as ranx",
    range: "0 to the largest grade; more is better",
    undefined: "never",
    compute: |judged, with| {
        let mut weight = 1.0 - with.p;
        let mut sum = 0.0;
        for grade in &judged.grades {
            sum += weight * f64::from(grade.unwrap_or(0).max(0));
            weight *= with.p;
        }
        Some(sum)
    },
};
