//! Too few records, or too many.
use super::Check;
use crate::batch::{Batch, Measured};
use crate::level::Limits;

pub(super) const CHECK: Check = Check {
    name: "size",
    summary: "batches with fewer or more records than `records` allows: a feed that broke off, or that repeats",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let Some((least, most)) = batch.expected.records else { return Vec::new() };
    let count = batch.records.len() as u64;
    let outside = least.saturating_sub(count).max(count.saturating_sub(most));
    let what = format!("{count} records, expected {least} to {most}");
    vec![Measured { feature: None, value: outside as f64, limits: Limits::NONE, what }]
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{check, numbers};
    use crate::level::Level::{Fine, Refuse};

    #[test]
    fn a_batch_is_as_large_as_expected() {
        let cases = [(1, Refuse), (2, Fine), (4, Fine), (5, Refuse)];
        for (count, level) in cases {
            check(&CHECK, &numbers(&vec![0.5; count]), "records: [2, 4]", level);
        }
        check(&CHECK, &numbers(&[]), "records: [1, 4]", Refuse);
        check(&CHECK, &numbers(&[]), "{}", Fine);
    }
}
