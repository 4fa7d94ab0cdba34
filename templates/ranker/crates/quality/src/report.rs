//! Checks batches of records, and says what was measured.
use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use features::{Key, Record};
use serde::Serialize;

use crate::batch::Batch;
use crate::checks::CHECKS;
use crate::level::{Level, Limits};
use crate::standard::Standard;

/// What was measured, the worst first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How many records were checked.
    pub records: usize,
    /// What was measured, the worst first.
    pub measures: Vec<Measure>,
}

/// Something that was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// What it means for the batch.
    pub level: Level,
    /// The name of the check.
    pub check: &'static str,
    /// The name of the entity.
    pub entity: &'static str,
    /// The name of the feature, where it is not about whole records.
    pub feature: Option<&'static str>,
    /// The measure.
    pub value: f64,
    /// Where the levels begin.
    pub limits: Limits,
    /// The measure in words.
    pub what: String,
}

/// Checks records, at a time, against what is expected of them.
pub fn inspect(records: &BTreeMap<Key, Record>, standard: &Standard, now: SystemTime) -> Report {
    let mut measures = Vec::new();
    for schema in &standard.schemas {
        let entity = schema.entity.name();
        let Some(expected) = standard.expectations.entities.get(entity) else { continue };
        let of_entity = records.iter().filter(|(key, _)| key.entity == schema.entity);
        let batch = Batch {
            schema,
            expected,
            reference: standard.reference.as_ref().and_then(|profile| profile.entities.get(entity)),
            records: of_entity.map(|(_, record)| record).collect(),
            all: records,
            now,
        };
        for check in CHECKS {
            measures.extend((check.run)(&batch).into_iter().map(|measured| Measure {
                level: measured.limits.judge(measured.value),
                check: check.name,
                entity,
                feature: measured.feature,
                value: measured.value,
                limits: measured.limits,
                what: measured.what,
            }));
        }
    }
    measures.sort_by_key(|measure| std::cmp::Reverse(measure.level));
    Report { records: records.len(), measures }
}

impl Report {
    /// The level of the batch: the worst of its measures.
    pub fn level(&self) -> Level {
        self.measures.first().map_or(Level::Fine, |measure| measure.level)
    }

    /// What was measured at a level.
    pub fn at(&self, level: Level) -> impl Iterator<Item = &Measure> {
        self.measures.iter().filter(move |measure| measure.level == level)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.entity)?;
        if let Some(feature) = self.feature {
            write!(f, ".{feature}")?;
        }
        write!(f, ": {}", self.what)
    }
}
