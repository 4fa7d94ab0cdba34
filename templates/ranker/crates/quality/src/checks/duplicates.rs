//! Records with the same values as another.
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use features::Value;

use super::Check;
use crate::batch::{Batch, Measured};

pub(super) const CHECK: Check = Check {
    name: "duplicates",
    summary: "records whose values are all the same as another's, above the part `duplicates`: a join gone wrong",
    run,
};

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let Some(limits) = batch.expected.duplicates else { return Vec::new() };
    // Records without any value say nothing, and say it alike.
    let told = || batch.records.iter().filter(|record| !record.values.is_empty());
    let distinct: BTreeSet<_> = told().map(|record| digest(&record.values)).collect();
    let count = told().count();
    vec![Measured::part(None, (count - distinct.len(), count), limits, "records repeat another")]
}

/// A number in the place of the values: the same for the same ones, and, among all records there are, hardly for others.
fn digest(values: &BTreeMap<String, Value>) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{values:?}").hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use features::Record;

    use super::CHECK;
    use crate::checks::testing::{check, numbers};
    use crate::level::Level::{Fine, Refuse, Warn};

    #[test]
    fn records_have_values_of_their_own() {
        let limits = "duplicates: {warn: 0.25, refuse: 0.5}";
        check(&CHECK, &numbers(&[0.1, 0.2, 0.3, 0.3]), limits, Fine);
        check(&CHECK, &numbers(&[0.1, 0.3, 0.3, 0.3]), limits, Warn);
        check(&CHECK, &numbers(&[0.3, 0.3, 0.3, 0.3]), limits, Refuse);
        check(&CHECK, &vec![Record::default(); 9], limits, Fine);
    }
}
