//! Many more or fewer records than there used to be.
use super::Check;
use crate::batch::{Batch, Measured};

pub(super) const CHECK: Check = Check {
    name: "change",
    summary: "numbers of records that differ from the reference by a larger part than `change`: half of a catalogue",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let (Some(limits), Some(reference)) = (batch.expected.change, batch.reference) else { return Vec::new() };
    let (count, before) = (batch.records.len() as u64, reference.records);
    // An entity that had no records has grown beyond every measure with its first.
    let value = count.abs_diff(before) as f64 / before.max(1) as f64;
    vec![Measured { feature: None, value, limits, what: format!("{count} records, once {before}") }]
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::testing::{check_against, numbers};
    use crate::level::Level::{Fine, Refuse, Warn};

    #[test]
    fn a_batch_is_about_as_large_as_it_was() {
        let cases = [(10, Fine), (8, Fine), (7, Warn), (13, Warn), (4, Refuse), (30, Refuse), (0, Refuse)];
        for (count, level) in cases {
            let (records, before) = (numbers(&vec![0.5; count]), numbers(&[0.5; 10]));
            check_against(&CHECK, &records, &before, "change: {warn: 0.2, refuse: 0.5}", level);
        }
    }
}
