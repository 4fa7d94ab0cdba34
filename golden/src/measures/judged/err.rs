//! Expected reciprocal rank.

use super::Judged;
use crate::measures::Measure;

/// The grade that satisfies nearly every reader. It is fixed, since with the largest grade of each request in its
/// place, values of two requests could not be compared.
const GMAX: i32 = 4;

/// The first k, with the largest grade 4.
pub static ERR_AT: Measure<Judged> = Measure {
    id: "err@k/gmax=4",
    formula: "Σ_{i=1..k} R(i)/i · Π_{j<i} (1 - R(j)), with R(i) = (2^max(g(i), 0) - 1) / 2^4",
    source: "Chapelle, Metzler, Zhang and Grinspan, \"Expected reciprocal rank for graded relevance\", CIKM 2009; as \
             gdeval.pl, without its rounding to five digits",
    range: "0 to below 1; more is better",
    undefined: "a judged grade exceeds 4",
    compute: |judged, with| err_at(judged, with.k),
};

/// See [`ERR_AT`].
pub fn err_at(judged: &Judged, k: usize) -> Option<f64> {
    if judged.ideal.first().is_some_and(|best| *best > GMAX) {
        return None;
    }
    let mut still_reading = 1.0;
    let mut sum = 0.0;
    for (grade, rank) in judged.grades.iter().take(k).zip(1_u32..) {
        let satisfied = (f64::from(grade.unwrap_or(0).max(0)).exp2() - 1.0) / f64::from(GMAX).exp2();
        sum += still_reading * satisfied / f64::from(rank);
        still_reading *= 1.0 - satisfied;
    }
    Some(sum)
}
