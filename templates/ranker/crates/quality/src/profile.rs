//! What batches used to be like: a committed reference.
use std::collections::BTreeMap;

use features::{Key, Record, Schema};
use serde::{Deserialize, Serialize};

use crate::distribution::Distribution;
use crate::expectations::Expectations;

/// What a batch was like, by the name of the entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the records of an entity were like, by its name.
    pub entities: BTreeMap<String, EntityProfile>,
}

/// What the records of an entity were like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityProfile {
    /// How many there were.
    pub records: u64,
    /// How the values of features lay, by their name.
    pub features: BTreeMap<String, Distribution>,
}

impl Profile {
    /// What records are like: their number, and how those of their features lie of which no drift is expected.
    pub fn of(records: &BTreeMap<Key, Record>, schemas: &[Schema], expectations: &Expectations) -> Self {
        let entities = schemas.iter().filter_map(|schema| {
            let expected = expectations.entities.get(schema.entity.name())?;
            let of_entity: Vec<_> = records
                .iter()
                .filter(|(key, _)| key.entity == schema.entity)
                .map(|(_, record)| record)
                .collect();
            let steady =
                |name: &str| expected.features.get(name).is_some_and(|feature| feature.drift.is_some());
            let features = schema.features.iter().filter(|declared| steady(declared.name)).map(|declared| {
                let values = of_entity.iter().filter_map(|record| record.values.get(declared.name));
                (declared.name.to_owned(), Distribution::of(declared.kind, values))
            });
            let profile = EntityProfile { records: of_entity.len() as u64, features: features.collect() };
            Some((schema.entity.name().to_owned(), profile))
        });
        Self { entities: entities.collect() }
    }

    /// Says which feature's distribution nobody can have measured.
    pub(crate) fn unsound(&self) -> Option<String> {
        self.entities.iter().find_map(|(entity, profile)| {
            let (feature, _) = profile.features.iter().find(|(_, distribution)| !distribution.is_sound())?;
            Some(format!("{entity}.{feature}"))
        })
    }
}
