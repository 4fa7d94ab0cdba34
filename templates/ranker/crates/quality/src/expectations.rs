//! What batches of records have to be like.
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use features::{Entity, Schema};
use serde::Deserialize;

use crate::level::Limits;

/// What batches of records have to be like, by the name of their entity. What is not mentioned is not checked.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The file of the profile that batches are compared with.
    pub reference: Option<PathBuf>,
    /// What records have to be like, by the name of their entity.
    pub entities: BTreeMap<String, EntityExpectations>,
}

/// What the records of an entity have to be like.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityExpectations {
    /// The lowest and highest number of records.
    pub records: Option<(u64, u64)>,
    /// By which part the number of records may differ from the reference.
    pub change: Option<Limits>,
    /// The part of records that have the same values as another.
    pub duplicates: Option<Limits>,
    /// The age of the newest value in hours.
    pub age: Option<Limits>,
    /// The part of values that were computed more than a day after the batch is read.
    pub future: Option<Limits>,
    /// What values have to be like, by the name of their feature.
    #[serde(default)]
    pub features: BTreeMap<String, FeatureExpectations>,
}

/// What the values of a feature have to be like.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureExpectations {
    /// The part of records without a value.
    pub missing: Option<Limits>,
    /// Numbers that are usual.
    pub ordinary: Option<Ordinary>,
    /// The part of values that are older than the feature is fresh.
    pub stale: Option<Limits>,
    /// Words that are known.
    pub vocabulary: Option<Vocabulary>,
    /// How far the values lie from those of the reference.
    pub drift: Option<Limits>,
}

/// Numbers that are usual.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordinary {
    /// The lowest of them.
    pub low: f64,
    /// The highest of them.
    pub high: f64,
    /// The part of numbers that are lower or higher.
    pub outside: Limits,
}

/// Words that are known: those of a list, or the identifiers of an entity of the same batch.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// The words.
    #[serde(default)]
    pub words: BTreeSet<String>,
    /// The name of the entity whose identifiers are words too.
    pub ids_of: Option<String>,
    /// The part of words that are not known.
    pub unknown: Limits,
}

impl Expectations {
    /// Says which name in the expectations nothing has: an entity, or a feature of one of the schemas.
    pub(crate) fn stray(&self, schemas: &[Schema]) -> Option<String> {
        let known = |name: &str| Entity::ALL.iter().any(|entity| entity.name() == name);
        self.entities.iter().find_map(|(name, expected)| {
            if !known(name) {
                return Some(format!("unknown entity `{name}`"));
            }
            let references = expected.features.values().filter_map(|feature| feature.vocabulary.as_ref());
            if let Some(other) =
                references.filter_map(|words| words.ids_of.as_ref()).find(|name| !known(name))
            {
                return Some(format!("unknown entity `{other}`"));
            }
            let schema = schemas.iter().find(|schema| schema.entity.name() == name)?;
            let declared = |name: &str| schema.features.iter().any(|declared| declared.name == name);
            let stray = expected.features.keys().find(|name| !declared(name))?;
            Some(format!("unknown feature `{stray}` of a {name}"))
        })
    }
}
