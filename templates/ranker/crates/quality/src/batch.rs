//! What a check looks at: the records of one entity and what is expected of them.
use std::collections::BTreeMap;
use std::time::SystemTime;

use features::{Declared, Key, Record, Schema, Value};

use crate::expectations::{EntityExpectations, FeatureExpectations};
use crate::level::Limits;
use crate::profile::EntityProfile;

/// The records of one entity, and what is expected of them.
pub(crate) struct Batch<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) expected: &'a EntityExpectations,
    pub(crate) reference: Option<&'a EntityProfile>,
    pub(crate) records: Vec<&'a Record>,
    /// The records of all entities.
    pub(crate) all: &'a BTreeMap<Key, Record>,
    pub(crate) now: SystemTime,
}

/// What a check measured.
pub(crate) struct Measured {
    /// The feature, where it is not about whole records.
    pub(crate) feature: Option<&'static str>,
    pub(crate) value: f64,
    pub(crate) limits: Limits,
    /// The measure in words.
    pub(crate) what: String,
}

impl<'a> Batch<'a> {
    /// The features of which something is expected.
    pub(crate) fn features(&self) -> impl Iterator<Item = (&'a Declared, &'a FeatureExpectations)> {
        let expected = &self.expected.features;
        self.schema.features.iter().filter_map(move |declared| Some((declared, expected.get(declared.name)?)))
    }

    /// The values of a feature.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        self.records.iter().filter_map(move |record| record.values.get(name))
    }
}

impl Measured {
    /// A part of a whole, as the number of those that are `what`; zero of nothing.
    pub(crate) fn part(
        feature: Option<&'static str>,
        (count, of): (usize, usize),
        limits: Limits,
        what: &str,
    ) -> Self {
        let value = if of == 0 { 0.0 } else { count as f64 / of as f64 };
        Self { feature, value, limits, what: format!("{count} of {of} {what}") }
    }
}
