//! A feature: a name with a type and a time for which it is fresh.
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use crate::record::Record;
use crate::schema::Declared;
use crate::value::FromValue;

/// A feature that is read as a `T`.
///
/// There is one way to read it, and it gives an `Option`: whoever reads says what a missing value means.
#[derive(Debug)]
pub struct Feature<T> {
    name: &'static str,
    fresh_for: Option<Duration>,
    range: Option<(f64, f64)>,
    as_type: PhantomData<fn() -> T>,
}

impl<T: FromValue> Feature<T> {
    /// A feature that does not age.
    pub const fn new(name: &'static str) -> Self {
        Self { name, fresh_for: None, range: None, as_type: PhantomData }
    }

    /// Older values are as good as missing.
    #[must_use]
    pub const fn fresh_for(mut self, age: Duration) -> Self {
        self.fresh_for = Some(age);
        self
    }

    /// The lowest and highest number that makes sense; others are refused when a file is read.
    #[must_use]
    pub const fn within(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// The feature's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its line in a schema.
    pub const fn declare(&self) -> Declared {
        Declared { name: self.name, kind: T::KIND, range: self.range, fresh_for: self.fresh_for }
    }

    /// The value in a record, if it is there, of the right kind and fresh at the time `now`.
    pub fn read(&self, record: &Record, now: SystemTime) -> Option<T> {
        let stale = self.fresh_for.is_some_and(|limit| record.age(self.name, now) > limit);
        if stale { None } else { record.values.get(self.name).and_then(T::from_value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    const PLAYS: Feature<f64> = Feature::new("plays").fresh_for(Duration::from_secs(60));

    fn record(value: Value) -> Record {
        Record::new(1_000, [("plays".to_owned(), value)])
    }

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(second)
    }

    #[test]
    fn a_fresh_value_is_read() {
        assert_eq!(PLAYS.read(&record(Value::Number(3.0)), at(1_060)), Some(3.0));
    }

    #[test]
    fn a_stale_value_is_as_good_as_missing() {
        assert_eq!(PLAYS.read(&record(Value::Number(3.0)), at(1_061)), None);
    }

    #[test]
    fn a_value_with_a_time_of_its_own_ages_from_that_time() {
        let mut record = record(Value::Number(3.0));
        record.times.insert("plays".to_owned(), 1_001);
        assert_eq!(PLAYS.read(&record, at(1_061)), Some(3.0));
        record.times.insert("plays".to_owned(), 999);
        assert_eq!(PLAYS.read(&record, at(1_060)), None);
    }

    #[test]
    fn a_value_from_the_future_is_fresh() {
        assert_eq!(PLAYS.read(&record(Value::Number(3.0)), at(10)), Some(3.0));
    }

    #[test]
    fn a_value_of_another_kind_is_missing() {
        assert_eq!(PLAYS.read(&record(Value::Flag(true)), at(1_000)), None);
        assert_eq!(PLAYS.read(&Record::default(), at(1_000)), None);
    }
}
