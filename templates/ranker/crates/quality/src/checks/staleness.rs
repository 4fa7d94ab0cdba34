//! Values that are older than they are fresh, and times that cannot be.
use std::time::SystemTime;

use super::Check;
use crate::batch::{Batch, Measured};

pub(super) const CHECK: Check = Check {
    name: "staleness",
    summary: "values older than their feature is fresh, above the part `stale`; batches whose newest time is more than `age` \
              hours ago; times more than a day ahead, above the part `future`: milliseconds taken for seconds",
    run,
};

const HOUR: f64 = 60.0 * 60.0;
const DAY: u64 = 24 * 60 * 60;

fn run(batch: &Batch<'_>) -> Vec<Measured> {
    let now = batch.now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let times: Vec<_> =
        batch.records.iter().flat_map(|record| record.times.values().chain([&record.at])).collect();
    let mut measures = Vec::new();
    if let (Some(limits), Some(newest)) = (batch.expected.age, times.iter().max()) {
        let value = now.saturating_sub(**newest) as f64 / HOUR;
        let what = format!("the newest time is {value:.1} hours ago");
        measures.push(Measured { feature: None, value, limits, what });
    }
    if let Some(limits) = batch.expected.future {
        let ahead = times.iter().filter(|at| ***at > now.saturating_add(DAY)).count();
        measures.push(Measured::part(None, (ahead, times.len()), limits, "times are more than a day ahead"));
    }
    for (declared, expected) in batch.features() {
        if let (Some(limits), Some(fresh_for)) = (expected.stale, declared.fresh_for) {
            let known = || batch.records.iter().filter(|record| record.values.contains_key(declared.name));
            let stale = known().filter(|record| record.age(declared.name, batch.now) > fresh_for).count();
            let part = (stale, known().count());
            measures.push(Measured::part(Some(declared.name), part, limits, "values are stale"));
        }
    }
    measures
}

#[cfg(test)]
mod tests {
    use features::Record;

    use super::{CHECK, DAY};
    use crate::checks::testing::{FRESH_FOR, NOW, check, numbers};
    use crate::level::Level::{Fine, Refuse, Warn};

    /// Records whose values were computed at these times.
    fn at(times: &[u64]) -> Vec<Record> {
        times.iter().map(|at| Record { at: *at, ..numbers(&[0.5]).remove(0) }).collect()
    }

    #[test]
    fn few_enough_values_are_stale() {
        let limits = "features: {energy: {stale: {warn: 0.1, refuse: 0.5}}}";
        let (fresh, stale) = (NOW - FRESH_FOR, NOW - FRESH_FOR - 1);
        check(&CHECK, &at(&[fresh, fresh]), limits, Fine);
        check(&CHECK, &at(&[fresh, stale]), limits, Warn);
        check(&CHECK, &at(&[stale, stale]), limits, Refuse);
        check(&CHECK, &[Record::new(0, [])], limits, Fine);
    }

    #[test]
    fn a_value_with_a_time_of_its_own_is_stale_by_that_time() {
        let limits = "features: {energy: {stale: {refuse: 0}}}";
        let mut records = at(&[NOW]);
        records[0].times.insert("energy".to_owned(), 1);
        check(&CHECK, &records, limits, Refuse);
    }

    #[test]
    fn the_newest_value_is_not_long_ago() {
        let limits = "age: {warn: 1, refuse: 10}";
        check(&CHECK, &at(&[0, NOW - 3_600]), limits, Fine);
        check(&CHECK, &at(&[0, NOW - 3_601]), limits, Warn);
        check(&CHECK, &at(&[0, NOW - 36_001]), limits, Refuse);
        check(&CHECK, &[], limits, Fine);
    }

    #[test]
    fn a_time_in_milliseconds_is_not_taken_for_one_in_seconds() {
        check(&CHECK, &at(&[NOW + DAY]), "future: {refuse: 0}", Fine);
        check(&CHECK, &at(&[NOW * 1_000]), "future: {refuse: 0}", Refuse);
        check(&CHECK, &at(&[u64::MAX, NOW]), "future: {warn: 0, refuse: 0.5}", Warn);
    }
}
