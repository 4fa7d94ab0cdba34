//! Features without a value.
use super::Check;
use crate::batch::{Batch, Measured};

pub(super) const CHECK: Check = Check {
    name: "missing",
    summary: "features that have no value in a larger part of the records than `missing`: a column that was dropped",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let of = batch.records.len();
    let measure = |(declared, limits): (&features::Declared, _)| {
        let missing = of - batch.values(declared.name).count();
        Measured::part(Some(declared.name), (missing, of), limits, "records have none")
    };
    batch.features().filter_map(|(declared, expected)| Some(measure((declared, expected.missing?)))).collect()
}

#[cfg(test)]
mod tests {
    use features::Record;

    use super::CHECK;
    use crate::checks::testing::{check, numbers};
    use crate::level::Level::{Fine, Refuse, Warn};

    #[test]
    fn few_enough_records_miss_a_value() {
        for (missing, level) in [(0, Fine), (1, Fine), (2, Warn), (5, Warn), (6, Refuse)] {
            let mut records = numbers(&vec![0.5; 10 - missing]);
            records.resize(10, Record::default());
            check(&CHECK, &records, "features: {energy: {missing: {warn: 0.1, refuse: 0.5}}}", level);
        }
        check(&CHECK, &[], "features: {energy: {missing: {refuse: 0}}}", Fine);
    }
}
